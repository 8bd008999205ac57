// Runs the compiled program of the quickstart on the real engine: an inline program needs no language host.
// node up.mjs, in the example's folder; SERVICE_URL is the address of the service.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.resolve("package.json"));
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

const stack = await LocalWorkspace.createOrSelectStack({
    stackName: "test",
    projectName: "ivschat-quickstart-typescript",
    program: async () => {
        delete require.cache[require.resolve("./bin/index.js")];
        return { ...require("./bin/index.js") };
    },
});
await stack.setAllConfig({
    "ivschat:region": { value: "us-west-2" },
    "ivschat:endpointUrl": { value: process.env.SERVICE_URL },
});
const up = await stack.up({ onOutput: console.error });
for (const name of ["lobby", "quiz"]) {
    assert.match(up.outputs[name].value, /^arn:aws:ivschat:us-west-2:/, name);
}
await stack.preview({ expectNoChanges: true });
await stack.destroy();
