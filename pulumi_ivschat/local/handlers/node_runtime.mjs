// The program of a Node.js environment: loads a function, and runs it with the events of the standard input.
//
//     node node_runtime.mjs SERVICE_PID FILE EXPORT ANSWERS_FD
//
// It calls functions as Lambda does: async, with a promise, with a callback, or with context.done, succeed and fail.

import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const [service, file, name, answersFd] = process.argv.slice(2);
const environment = process.env;
environment.AWS_EXECUTION_ENV = `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`;
const NEEDS_IMPORT = ["ERR_REQUIRE_ESM", "ERR_REQUIRE_ASYNC_MODULE"];
let running = null; // the invocation that has not been answered yet

// A function in an endless loop hears nothing, so a thread looks whether the service is still there.
const WATCH = `
  const { workerData } = require("node:worker_threads");
  setInterval(() => process.ppid === workerData || process.kill(process.pid, "SIGKILL"), 500);
`;
new Worker(WATCH, { eval: true, workerData: Number(service) }).unref();

function write(document) {
  writeSync(Number(answersFd), `${JSON.stringify(document)}\n`);
}

function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: ownTrace(error) };
}

// The lines of people's own code, which are those above this file's.
function ownTrace({ stack = "" }) {
  const lines = String(stack).split("\n");
  const ours = lines.findIndex((line) => line.includes(import.meta.url));
  return lines.slice(0, ours < 0 ? lines.length : ours).join("\n");
}

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
    this.stack = "";
  }
}

async function load() {
  const module = await loadModule();
  // An `a.b` is a function inside an exported object.
  const found = name.split(".").reduce((value, key) => value?.[key], module);
  if (typeof found !== "function") throw new RuntimeError("HandlerNotFound", `${file} does not export a function ${name}`);
  return found;
}

async function loadModule() {
  if (!file.endsWith(".mjs")) {
    try {
      return createRequire(file)(file);
    } catch (error) {
      if (!NEEDS_IMPORT.includes(error.code)) throw error;
    }
  }
  return import(pathToFileURL(file).href);
}

class Invocation {
  constructor({ event, requestId, arn, deadline }) {
    this.event = event;
    this.waitsForEmptyEventLoop = true;
    this.result = undefined; // of a callback, until the event loop is empty
    this.called = false;
    this.context = this.contextOf(requestId, arn, deadline);
  }

  contextOf(awsRequestId, invokedFunctionArn, deadline) {
    const invocation = this;
    return {
      get callbackWaitsForEmptyEventLoop() {
        return invocation.waitsForEmptyEventLoop;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        invocation.waitsForEmptyEventLoop = Boolean(value);
      },
      awsRequestId,
      invokedFunctionArn,
      functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
      identity: undefined,
      clientContext: undefined,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      done: (error, result) => (error ? this.fail(error) : this.succeed(result)),
      succeed: (result) => this.succeed(result),
      fail: (error) => this.fail(error ?? "handled"),
    };
  }

  run(handler) {
    const callback = (error, result) => this.callBack(error, result);
    try {
      const returned = handler(this.event, this.context, callback);
      if (typeof returned?.then === "function") {
        returned.then(
          (result) => this.succeed(result),
          (error) => this.fail(error),
        );
      }
    } catch (error) {
      this.fail(error);
    }
  }

  callBack(error, result) {
    if (this.called) return;
    this.called = true;
    this.result = result;
    if (error !== undefined && error !== null) this.fail(error);
    else if (!this.waitsForEmptyEventLoop) this.succeed(result);
  }

  succeed(result) {
    try {
      JSON.stringify(result);
    } catch (error) {
      this.fail(new RuntimeError("MarshalError", `Unable to stringify response: ${error.message}`));
      return;
    }
    this.answer({ answer: result ?? null });
  }

  fail(error) {
    this.answer({ error: described(error) });
  }

  // Later answers of the function are ignored.
  answer(document) {
    if (running !== this) return;
    running = null;
    write(document);
    process.stdin.ref();
  }

  // Nothing is left to wait for.
  idle() {
    if (this.called) this.succeed(this.result);
    else this.fail(new RuntimeError("NoAnswer", "no callback was called, and no promise settled"));
  }
}

function crashed(error) {
  write({ error: described(error), last: true });
  process.exit(129);
}

process.on("uncaughtException", crashed);
process.on("unhandledRejection", crashed);
process.on("beforeExit", () => running?.idle());

try {
  const handler = await load();
  receive(handler);
  write({ answer: null });
} catch (error) {
  crashed(error);
}

function receive(handler) {
  let rest = "";
  process.stdin.setEncoding("utf8");
  process.stdin.on("end", () => process.exit());
  process.stdin.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      running = new Invocation(JSON.parse(line));
      process.stdin.unref();
      running.run(handler);
    }
  });
}
