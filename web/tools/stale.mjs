// The client is generated from the API's description: this fails when somebody forgot `npm run generate`.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made = mkdtempSync(join(tmpdir(), "gongdan-client-"));
try {
  execFileSync("npx", ["--no-install", "openapi-ts", "-i", "../docs/generated/openapi.json", "-o", made, "-p", "@hey-api/typescript", "--silent"], { stdio: ["ignore", "ignore", "inherit"] });
  const stale = readdirSync(made).filter((name) => readFileSync(join(made, name), "utf8") !== readFileSync(join("packages/api/generated", name), "utf8"));
  if (stale.length) {
    console.error(`packages/api/generated is stale (${stale.join(", ")}): npm run generate, in web/`);
    process.exitCode = 1;
  }
} finally {
  rmSync(made, { recursive: true });
}
