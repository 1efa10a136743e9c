// Loads a trace into Perfetto's trace processor and answers SQL as JSON rows, by query name.
// Usage: node query.mjs FOLDER TRACE < {"name": "select ..."}; FOLDER holds the trace processor.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const [folder, trace] = process.argv.slice(2).map((path) => resolve(path));
const queries = JSON.parse(readFileSync(0, "utf8"));
console.log = console.warn = (...words) => process.stderr.write(`${words.join(" ")}\n`);

// The trace processor is built for a worker of a browser: what such a one has and Node has not.
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = class {};
globalThis.location = { href: pathToFileURL(join(folder, "/")).href };
globalThis.XMLHttpRequest = class {
  open() {}
  send() {
    this.response = new Uint8Array(readFileSync(join(folder, "trace_processor.wasm"))).buffer;
  }
};
// It asks whether 64-bit memory can be had by compiling this; only its 32-bit build is there.
const MEMORY64 = 4;
const Module = WebAssembly.Module;
WebAssembly.Module = function (bytes) {
  if (bytes.length === 23 && bytes[11] === MEMORY64) throw new WebAssembly.CompileError("not here");
  return new Module(bytes);
};

vm.runInThisContext(readFileSync(join(folder, "engine_bundle.node.js"), "utf8"));
const { EngineBase } = await import(pathToFileURL(join(folder, "engine.mjs")).href);
await setImmediate();

const { port1, port2 } = new MessageChannel();
class Engine extends EngineBase {
  rpcSendRequestBytes(bytes) {
    port1.postMessage(bytes);
  }
}
const engine = new Engine();
port1.onmessage = ({ data }) => engine.onRpcResponseBytes(data);
self.onmessage({ data: port2 });

await engine.parse(new Uint8Array(readFileSync(trace)));
await engine.notifyEof();
const answers = {};
for (const [name, sql] of Object.entries(queries)) {
  const result = await engine.query(sql);
  const columns = result.columns();
  const rows = [];
  for (const row = result.iter({}); row.valid(); row.next()) rows.push(columns.map((column) => plain(row.get(column))));
  answers[name] = rows;
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));

function plain(value) {
  return typeof value === "bigint" ? Number(value) : value;
}
