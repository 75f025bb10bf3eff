// The official JavaScript SDK of ElevenLabs, for a test in another language: reads {"baseUrl", "apiKey", "calls": [[METHOD,
// ARGUMENTS], …]} from its standard input, makes the calls of `client.music` one after the other, and prints a list of what
// came of them. NODE_PATH names the folder of the packages.
"use strict";
const { ElevenLabsClient } = require("@elevenlabs/elevenlabs-js");

console.log = console.error;  // the SDK talks

async function bytesOf(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString("base64");
}

async function outcomeOf(music, method, options) {
  let target = music;
  const names = method.split(".");
  const last = names.pop();
  for (const name of names) target = target[name];
  const answer = await target[last](options);
  if (method === "compositionPlan.create") return { plan: answer };
  if (method === "composeDetailed")
    return { json: answer.json, filename: answer.filename, audio: Buffer.from(answer.audio).toString("base64") };
  return { audio: await bytesOf(answer) };
}

async function main() {
  let text = "";
  for await (const piece of process.stdin) text += piece;
  const { baseUrl, apiKey, calls } = JSON.parse(text);
  const client = new ElevenLabsClient({ baseUrl, apiKey });
  const outcomes = [];
  for (const [method, options] of calls) {
    try {
      outcomes.push(await outcomeOf(client.music, method, options));
    } catch (error) {
      outcomes.push({ error: error.constructor.name, status: error.statusCode, body: error.body, message: error.message });
    }
  }
  process.stdout.write(JSON.stringify(outcomes));
}

main();
