import { type Json, JsonNumber, JsonObject } from '../src/json/parse-json.js';

/** What JSON.parse gives for the same text. */
export function plainJson(json: Json): unknown {
  if (json instanceof JsonNumber) {
    return Number(json.text);
  }
  if (Array.isArray(json)) {
    return json.map(plainJson);
  }
  return json instanceof JsonObject
    ? Object.fromEntries([...json].map(([key, value]) => [key, plainJson(value)]))
    : json;
}
