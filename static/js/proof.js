/* proof.js: receipts of the public log recomputed in the reader's own browser. Enhancement only. */
(function () {
  "use strict";
  if (!window.crypto || !crypto.subtle || !window.TextEncoder) return;
  var vi = document.documentElement.lang !== "en";
  var say = function (vietnamese, english) { return vi ? vietnamese : english; };
  var all = function (s, el) { return Array.prototype.slice.call((el || document).querySelectorAll(s)); };

  var utf8 = function (text) { return new TextEncoder().encode(text); };
  var unhex = function (h) { return Uint8Array.from((h.match(/../g) || []).map(function (x) { return parseInt(x, 16); })); };
  var hex = function (b) { return Array.from(b).map(function (x) { return x.toString(16).padStart(2, "0"); }).join(""); };
  var unbase64 = function (text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); };
  var joined = function () {
    var parts = Array.prototype.slice.call(arguments), at = 0;
    var whole = new Uint8Array(parts.reduce(function (sum, part) { return sum + part.length; }, 0));
    parts.forEach(function (part) { whole.set(part, at); at += part.length; });
    return whole;
  };
  var sha256 = function (bytes) { return crypto.subtle.digest("SHA-256", bytes).then(function (d) { return new Uint8Array(d); }); };
  var leafHash = function (leaf) { return sha256(joined(Uint8Array.of(0), leaf)); };
  var nodeHash = function (left, right) { return sha256(joined(Uint8Array.of(1), left, right)); };
  var half = function (n) { return Math.floor(n / 2); };
  var isOdd = function (n) { return n % 2 === 1; };

  /* RFC 9162 2.1.3.2: the root a path leads to, or null where the path cannot belong to a tree of this size */
  var rootOf = function (leaf, index, size, path) {
    if (!(index >= 0 && index < size)) return Promise.resolve(null);
    var i = index, last = size - 1, chain = Promise.resolve(leaf), tooLong = false;
    path.forEach(function (sibling) {
      if (last === 0) { tooLong = true; return; }
      var onLeft = isOdd(i) || i === last;
      if (onLeft) while (!isOdd(i) && i !== 0) { i = half(i); last = half(last); }
      i = half(i); last = half(last);
      chain = chain.then(function (node) { return onLeft ? nodeHash(sibling, node) : nodeHash(node, sibling); });
    });
    return tooLong || last !== 0 ? Promise.resolve(null) : chain;
  };

  /* C2SP signed-note: whether the key signed the note; undefined where this browser has no Ed25519 */
  var isSigned = function (note, vkey) {
    var parts = vkey.split("+"), name = parts[0], id = parts[1], key = unbase64(parts.slice(2).join("+")).slice(1);
    var cut = note.lastIndexOf("\n\n"), text = note.slice(0, cut + 1), signature = null;
    note.slice(cut + 2).split("\n").forEach(function (line) {
      var words = line.split(" ");
      if (words[0] !== "\u2014" || words[1] !== name || !words[2]) return;
      var bytes = unbase64(words[2]);
      if (hex(bytes.slice(0, 4)) === id) signature = bytes.slice(4);
    });
    if (!signature) return Promise.resolve(false);
    return crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]).then(
      function (found) { return crypto.subtle.verify({ name: "Ed25519" }, found, signature, utf8(text)); },
      function () { return undefined; }
    );
  };

  var head = function (note) {
    var lines = note.split("\n");
    return { origin: lines[0], size: Number(lines[1]), root: hex(unbase64(lines[2])) };
  };
  var words = {
    good: say("Khớp: biên nhận này nằm trong nhật ký công khai.", "Match: this receipt is in the public log."),
    bad: say("Không khớp: hãy báo cho ban vận hành.", "No match: tell the operator."),
    signed: say("Chữ ký đúng.", "The signature holds."),
    forged: say("Chữ ký sai.", "The signature is wrong."),
    unsigned: say("Trình duyệt này không kiểm tra được chữ ký Ed25519; máy chủ đã kiểm tra.", "This browser cannot check Ed25519 signatures; the server did."),
    damaged: say("Không đọc được: tệp bị cắt ngắn hoặc không phải là tệp chứng minh.", "Unreadable: cut short, or no proof file.")
  };
  var show = function (out, isGood, sentence) { out.textContent = sentence; out.className = isGood ? "badge ok" : "badge err"; };

  /* path, root and signature of a proof, given as {leaf, index, path, note}, with the key of the page */
  var judge = function (proof, key, out) {
    var said = head(proof.note);
    return Promise.all([rootOf(proof.leaf, proof.index, said.size, proof.path), isSigned(proof.note, key)]).then(function (found) {
      var fits = found[0] !== null && hex(found[0]) === said.root;
      var sentence = (fits ? words.good : words.bad) + " " + (found[1] === undefined ? words.unsigned : found[1] ? words.signed : words.forged);
      show(out, fits && found[1] !== false, sentence);
    });
  };

  all("[data-proof]").forEach(function (box) {
    var button = box.querySelector("button"), out = box.querySelector("output");
    if (!button || !out) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var p = JSON.parse(box.querySelector("script").textContent);
      judge({ leaf: unhex(p.leaf), index: p.index, path: p.path.map(unhex), note: p.note }, p.key, out)
        .catch(function () { show(out, false, words.damaged); });
    });
  });

  /* the check page: whatever was pasted, without sending it anywhere */
  var read = function (text) {
    text = text.replace(/\r\n/g, "\n").trim();
    if (text.charAt(0) === "{") text = String(JSON.parse(text).proof).trim();
    var cut = text.indexOf("\n\n"), lines = text.slice(0, cut).split("\n");
    if (cut < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("no proof");
    var extra = lines[0].indexOf("extra ") === 0 ? unbase64(lines.shift().slice(6)) : null;
    if (!extra || lines[0].indexOf("index ") !== 0) throw new Error("no proof");
    return { entry: extra, index: Number(lines.shift().slice(6)), path: lines.map(unbase64), note: text.slice(cut + 2) + "\n" };
  };
  all("form[data-receipt]").forEach(function (form) {
    var button = form.querySelector("button[data-here]"), out = form.querySelector("output"), area = form.querySelector("textarea");
    if (!button || !out || !area) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      Promise.resolve().then(function () {
        var proof = read(area.value);
        var key = form.dataset.keys.split(" ").filter(function (one) { return one.split("+")[0] === head(proof.note).origin; })[0];
        if (!key) throw new Error("foreign");
        return leafHash(proof.entry).then(function (leaf) { proof.leaf = leaf; return judge(proof, key, out); });
      }).catch(function () { show(out, false, words.damaged); });
    });
  });
})();
