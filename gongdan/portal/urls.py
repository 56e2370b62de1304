"""Addresses of the customer portal."""

from django.urls import path

from gongdan.portal import views

urlpatterns = [
    path("p/<slug:tenant>/report/<str:blueprint>", views.report),
    path("t/<str:token>", views.track),
    path("s/<str:token>", views.rate),
    path("portal.css", views.style),
]
