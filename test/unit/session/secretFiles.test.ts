import assert from "node:assert/strict";
import { holdsSecrets } from "../../../src/session/secretFiles";

describe("a file that holds secrets", () => {
  const SECRET = `.env .env.local app/.env.production .ENV prod.env .envrc server.pem tls/Server.KEY id_rsa
    .ssh/id_ed25519 id_ed25519_sk .ssh/config .npmrc packages/a/.npmrc .netrc _netrc .pypirc .pgpass
    .git-credentials .htpasswd .aws/credentials credentials credentials.json secrets.yaml secret.txt
    .docker/config.json .kube/config service-account-prod.json client_secret_1.json prod.tfvars
    store.p12 a.kdbx`;
  const HARMLESS = `.env.example .env.sample .env.template .env.default .environment env.ts environment.ts a.ts
    key.ts keys.md pem.txt id_rsa.pub .ssh/known_hosts .ssh/id_ed25519.pub npmrc package.json
    src/secrets.ts src/credentials.ts config.json docker/config.json .github/secrets.md`;

  it("is told by its name", () => {
    for (const path of SECRET.split(/\s+/)) assert.ok(holdsSecrets(path), path);
  });

  it("is not just any file", () => {
    for (const path of HARMLESS.split(/\s+/)) assert.ok(!holdsSecrets(path), path);
  });

  it("is told in time from a hostile name", () => {
    // So long that the square of it would never be over.
    for (const part of ["service-account", ".env.", "a.", "/"]) holdsSecrets(part.repeat(100_000));
  });
});
