from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# what the first version gave its roles: a company that took some of it away again shall keep its choice
MASTERS = "team.view blueprint.view calendar.view notification.view file.view file.add order.save_view"
DESK = (
    "order.view order.create order.edit order.accept order.assign order.transfer order.hold order.resume order.follow_up "
    "order.close order.reopen order.cancel order.comment order.note order.attach order.tag order.link order.watch order.export "
    "order.bulk"
)
FIRST = {
    "agent": f"{MASTERS} {DESK} customer.view customer.edit asset.view asset.edit user.view workforce.view dispatch.view "
    "sla.view survey.view survey.send board.view",
    "dispatcher": f"{MASTERS} {DESK} customer.view asset.view user.view workforce.view workforce.edit dispatch.view dispatch.run "
    "sla.view survey.view board.view",
    "engineer": f"{MASTERS} order.view order.claim order.edit order.accept order.start order.hold order.resume order.complete "
    "order.comment order.note order.attach order.tag order.watch order.transfer customer.view asset.view user.view workforce.view "
    "sla.view board.view",
    "manager": f"{MASTERS} {DESK} order.start order.complete order.claim order.decide customer.view customer.edit asset.view "
    "asset.edit user.view team.edit workforce.view workforce.edit calendar.edit dispatch.view dispatch.run sla.view survey.view "
    "survey.send blueprint.edit blueprint.publish board.view order.share_view job.view",
    "partner": "blueprint.view notification.view file.view file.add order.save_view board.view order.view order.accept "
    "order.start order.hold order.resume order.complete order.comment order.attach sla.view",
    "admin": "*",
}
KNOWN = (
    "update accounts_role set known = array(select unnest(%s::text[]) union select jsonb_object_keys(grants)) "
    "where shipped and key = %s"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_live_people")]

    operations = [
        migrations.AddField("role", "known", ArrayField(models.TextField(), default=list)),
        migrations.RunSQL(
            [(KNOWN, [names.split(), key]) for key, names in FIRST.items()],
            migrations.RunSQL.noop,
        ),
    ]
