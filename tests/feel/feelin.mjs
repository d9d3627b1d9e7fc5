// Answers every line, an expression as JSON text, with one line {value, warnings} or {error}, by feelin.
import { createInterface } from "node:readline";
import { evaluate } from "../../frontend/node_modules/feelin/dist/index.js";

// What JSON has no word for is told by a mark.
function encoded(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return { number: String(value) };
  if (typeof value === "function") return { other: "function" };
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(encoded);
  const plain = Object.getPrototypeOf(value) === Object.prototype;
  if (!plain) return { other: String(value) };
  return { context: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encoded(item)])) };
}

// The context that the Python side evaluates in, too.
const CONTEXT = {
  a: 0,
  x: 7,
  y: 2.5,
  tên: "An Bình",
  mở: true,
  vắng: null,
  xs: [3, 1, 2],
  rows: [{ a: 1, b: "một" }, { a: 4, b: "bốn" }],
  owner: { tuổi: 34, "ngày cấp": evaluate('@"2026-01-31"').value },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { value, warnings } = evaluate(JSON.parse(line), CONTEXT);
    answer = { value: encoded(value), warnings: warnings.map((warning) => warning.message) };
  } catch (error) {
    answer = { error: String(error.message) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
