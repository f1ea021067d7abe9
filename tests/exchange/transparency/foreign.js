/* Somebody else's Merkle code (npm @sigstore/verify) and node's own Ed25519 over receipts given on standard input. */
"use strict";
const { createPublicKey, verify } = require("node:crypto");
const path = require("node:path");
const root = process.argv[2];
const { verifyMerkleInclusion } = require(path.join(root, "node_modules/@sigstore/verify/dist/tlog/merkle.js"));
const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

const accepts = (judge) => { try { judge(); return true; } catch { return false; } };
const bytes = (hex) => Buffer.from(hex, "hex");
const proofs = given.proofs.map((one) => accepts(() => verifyMerkleInclusion(
  { canonicalizedBody: bytes(one.entry), inclusionProof: { logIndex: String(one.index), hashes: one.path.map(bytes) } },
  { logSize: BigInt(one.size), logHash: bytes(one.root) }
)));

/* C2SP signed-note: the name and the id of the key stand on the line, the signature covers the text before it */
const signed = ({ note, vkey }) => {
  const [name, id, encoded] = [vkey.split("+")[0], vkey.split("+")[1], vkey.split("+").slice(2).join("+")];
  const key = createPublicKey({
    key: Buffer.concat([bytes("302a300506032b6570032100"), Buffer.from(encoded, "base64").subarray(1)]), format: "der", type: "spki",
  });
  const cut = note.lastIndexOf("\n\n");
  const text = note.slice(0, cut + 1);
  if (cut < 0 || text.split("\n")[0] !== name) return false;
  return note.slice(cut + 2).split("\n").some((line) => {
    const [dash, who, signature] = line.split(" ");
    const content = Buffer.from(signature || "", "base64");
    return dash === "\u2014" && who === name && content.subarray(0, 4).toString("hex") === id
      && verify(null, Buffer.from(text), key, content.subarray(4));
  });
};
process.stdout.write(JSON.stringify({ proofs, notes: given.notes.map(signed) }));
