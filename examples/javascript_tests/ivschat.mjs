// An Amazon IVS Chat service for the tests of one file. It ends with the process that runs them, even if that is killed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { createInterface } from "node:readline";

const COMMAND = process.env.IVSCHAT_COMMAND ?? "uvx --from pulumi-ivschat[local] pulumi-ivschat";

// Seconds, 100 years: tests with fake timers sign with any time.
const FAKE_TIMERS = "3153600000";

// Returns { url, wsUrl, reset(), fault(fault), calls(), stop() }, and lets AWS's SDK find the service.
export const startIvsChat = async () => {
  const [command, ...options] = COMMAND.split(" ");
  const local = ["local", "--memory", "--port", "0", "--parent", `${process.pid}`, "--clock-skew", FAKE_TIMERS];
  const service = spawn(command, [...options, ...local], { stdio: ["ignore", "pipe", "inherit"] });
  const [url, wsUrl] = await addresses(service);
  letSdkFind(url);
  const ask = asking(url);
  return {
    url,
    wsUrl,
    reset: () => ask("POST", "reset"),
    fault: (fault) => ask("POST", "faults", fault),
    calls: async () => (await ask("GET", "requests")).requests.map(({ operation }) => operation),
    stop: async () => {
      service.kill();
      await once(service, "exit");
    },
  };
};

// Variables with which AWS's SDK would use other credentials, or another endpoint. It prefers a profile to keys, for example.
const REMOVED = [
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_DEFAULT_PROFILE",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_SECURITY_TOKEN",
  "AWS_SESSION_TOKEN",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
];

const letSdkFind = (url) => {
  for (const name of REMOVED) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_IVSCHAT: url,
    AWS_REGION: "us-west-2",
    AWS_DEFAULT_REGION: "us-west-2",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_CONFIG_FILE: devNull, // its default profile may have an endpoint
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
  });
};

// The service prints two addresses once it serves: of the control plane, and for chat clients.
const addresses = async (service) => {
  const found = [];
  const failed = once(service, "error").then(([error]) => Promise.reject(error));
  const printed = (async () => {
    for await (const line of createInterface({ input: service.stdout })) {
      found.push(...line.match(/\b(http|ws):\S+/g) ?? []);
      if (found.length === 2) return found;
    }
    throw new Error(`${COMMAND} did not start; its error is above.`);
  })();
  return Promise.race([failed, printed]);
};

const asking = (url) => async (method, path, body) => {
  const answer = await fetch(`${url}/_local/${path}`, { method, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.headers.get("content-type")?.includes("json") ? answer.json() : undefined;
};
