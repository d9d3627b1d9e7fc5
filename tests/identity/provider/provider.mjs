// A certified OpenID provider for the tests: node provider.mjs PORT RETURN_ADDRESS BACKCHANNEL PUBLIC_KEY
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, site, publicKey] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const common = {
  response_types: ["code"],
  grant_types: ["authorization_code"],
  post_logout_redirect_uris: [`${site}/`],
};

const provider = new Provider(issuer, {
  clients: [
    {
      ...common,
      client_id: "motcua",
      client_secret: "a secret / of tests + with odd signs",
      redirect_uris: [`${site}/sign-in/with/national/back`],
      backchannel_logout_uri: `${site}/backchannel/national`,
      backchannel_logout_session_required: true,
    },
    {
      ...common,
      client_id: "motcua-staff",
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      jwks: { keys: [JSON.parse(readFileSync(publicKey, "utf8"))] },
      redirect_uris: [`${site}/sign-in/with/staff/back`],
    },
  ],
  cookies: { keys: ["tests"] },
  pkce: { required: () => true },
  claims: {
    openid: ["sub", "sid", "auth_time"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  scopes: ["openid", "profile", "email", "groups"],
  features: { backchannelLogout: { enabled: true } },
  async findAccount(_context, id) {
    const groups = id.startsWith("staff") ? ["desk"] : [];
    const claims = { sub: id, name: `Person ${id}`, preferred_username: id, groups };
    return { accountId: id, claims: async () => claims };
  },
});

provider.listen(Number(port), "127.0.0.1", () => console.log(`listening ${issuer}`));
