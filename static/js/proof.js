/* proof.js: receipts of the public log recomputed in the reader's own browser. Enhancement only. */
(function () {
  "use strict";
  if (!window.crypto || !crypto.subtle || !window.TextEncoder) return;
  var vi = document.documentElement.lang !== "en";
  var say = function (vietnamese, english) { return vi ? vietnamese : english; };
  var all = function (s, el) { return Array.prototype.slice.call((el || document).querySelectorAll(s)); };

  /* what can be wrong, in the words of the server */
  var words = {
    good: say("Khớp: biên nhận này nằm trong nhật ký công khai.", "Match: this receipt is in the public log."),
    signed: say("Chữ ký đúng.", "The signature holds."),
    unsigned: say("Trình duyệt này không kiểm tra được chữ ký Ed25519; máy chủ đã kiểm tra.", "This browser cannot check Ed25519 signatures; the server did."),
    when: say("Biên nhận có từ khi nhật ký có {n} mục; máy chủ đối chiếu với nhật ký hiện nay.", "The receipt is from when the log had {n} entries; the server compares it with the present log."),
    opened: say("Bản ghi và muối cho đúng cam kết của lá.", "Record and salt give exactly the commitment of the leaf."),
    foreign_text: say("Đây không phải biên nhận của nhật ký: tệp chứng minh bắt đầu bằng c2sp.org/tlog-proof@v1, tệp mở bắt đầu bằng {.", "This is no receipt of the log: a proof file begins with c2sp.org/tlog-proof@v1, an opening with {."),
    truncated: say("Tệp bị cắt: thiếu điểm kiểm chứng có chữ ký ở cuối tệp.", "The file is cut short: the signed checkpoint at its end is missing."),
    not_a_note: say("Điểm kiểm chứng bị hỏng hoặc bị cắt: không có dòng chữ ký.", "The checkpoint is damaged or cut short: it has no signature line."),
    not_a_proof: say("Tệp chứng minh bị hỏng: các dòng đầu không phải là chứng minh.", "The proof file is damaged: its first lines do not read as a proof."),
    bad_base64: say("Tệp chứng minh bị hỏng: có dòng không phải mã Base64 hợp lệ.", "The proof file is damaged: a line of it is not valid Base64."),
    no_leaf: say("Tệp không kèm lá; hãy dùng nút Kiểm chứng để máy chủ tìm lá.", "The file carries no leaf: use the button Check, so that the server finds it."),
    not_a_checkpoint: say("Điểm kiểm chứng bị hỏng: không đọc được số mục hoặc mã gốc.", "The checkpoint is damaged: its size or root cannot be read."),
    foreign_origin: say("Điểm kiểm chứng thuộc nhật ký khác: {n}.", "The checkpoint belongs to another log: {n}."),
    unknown_key: say("Điểm kiểm chứng không có chữ ký bằng khóa của nhật ký này.", "The checkpoint carries no signature of this log's key."),
    bad_signature: say("Chữ ký không khớp điểm kiểm chứng: điểm kiểm chứng đã bị sửa sau khi ký.", "The signature does not fit the checkpoint: the checkpoint was changed after it was signed."),
    index_beyond_size: say("Số thứ tự vượt quá số mục đã ký: số thứ tự đã bị sửa.", "The entry number is beyond the size of the signed tree: the number was changed."),
    proof_too_short: say("Đường dẫn quá ngắn so với số mục: thiếu dòng.", "The path is too short for a tree of this size: lines are missing."),
    proof_too_long: say("Đường dẫn quá dài so với số mục: có dòng thêm vào.", "The path is too long for a tree of this size: lines were added."),
    root_mismatch: say("Đường dẫn không đến mã gốc đã ký: mục, số thứ tự hoặc đường dẫn đã bị sửa.", "The path does not lead to the signed root: the leaf, its number or the path was changed."),
    damaged_opening: say("Tệp mở bị hỏng hoặc bị cắt ngắn: cần đủ lá, bản ghi, muối và chứng minh.", "The opening is damaged or cut short: it needs leaf, record, salt and proof."),
    unpublished: say("Mục này chưa được công bố khi lưu tệp mở: chưa có chứng minh.", "The entry was not yet published when the opening was saved: it holds no proof."),
    commitment: say("Bản ghi và muối không cho cam kết của lá: bản ghi, muối hoặc lá đã bị sửa.", "Record and salt do not give the commitment of the leaf: the record, the salt or the leaf was changed."),
    leaf_changed: say("Lá đã bị sửa: mã băm không phải mã mà tệp mở nêu.", "The leaf was changed: its hash is not the one the opening states.")
  };
  var fail = function (code, detail) { throw { code: code, detail: detail }; };

  var utf8 = function (text) { return new TextEncoder().encode(text); };
  var unhex = function (h) { return Uint8Array.from((h.match(/../g) || []).map(function (x) { return parseInt(x, 16); })); };
  var hex = function (b) { return Array.from(b).map(function (x) { return x.toString(16).padStart(2, "0"); }).join(""); };
  var unbase64 = function (text, code) {
    try { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); } catch (error) { return fail(code || "bad_base64"); }
  };
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

  /* RFC 8785 for what records hold: text, whole numbers, lists, and names in ASCII */
  var canonical = function (value) {
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.keys(value).sort().map(function (name) { return JSON.stringify(name) + ":" + canonical(value[name]); }).join(",") + "}";
  };

  /* RFC 9162 2.1.3.2: the root a path leads to */
  var rootOf = function (leaf, index, size, path) {
    if (!(index >= 0 && index < size)) return fail("index_beyond_size");
    var i = index, last = size - 1, chain = Promise.resolve(leaf);
    path.forEach(function (sibling) {
      if (last === 0) fail("proof_too_long");
      var onLeft = isOdd(i) || i === last;
      if (onLeft) while (!isOdd(i) && i !== 0) { i = half(i); last = half(last); }
      i = half(i); last = half(last);
      chain = chain.then(function (node) { return onLeft ? nodeHash(sibling, node) : nodeHash(node, sibling); });
    });
    return last === 0 ? chain : fail("proof_too_short");
  };

  /* C2SP signed-note: true when one of the keys signed; undefined where this browser has no Ed25519 */
  var isSigned = function (note, keys) {
    var cut = note.lastIndexOf("\n\n"), text = note.slice(0, cut + 1), lines = note.slice(cut + 2).split("\n");
    var found = [];
    keys.forEach(function (vkey) {
      var parts = vkey.split("+"), key = unbase64(parts.slice(2).join("+")).slice(1);
      lines.forEach(function (line) {
        var said = line.split(" ");
        if (said[0] !== "\u2014" || said[1] !== parts[0] || !said[2]) return;
        var bytes = unbase64(said[2], "unknown_key");
        if (hex(bytes.slice(0, 4)) === parts[1]) found.push({ key: key, signature: bytes.slice(4) });
      });
    });
    if (!found.length) return fail("unknown_key");
    return crypto.subtle.importKey("raw", found[0].key, { name: "Ed25519" }, false, ["verify"]).then(
      function (key) { return crypto.subtle.verify({ name: "Ed25519" }, key, found[0].signature, utf8(text)); },
      function () { return undefined; }
    );
  };

  var head = function (note) {
    var lines = note.split("\n\n")[0].split("\n");
    if (lines.length < 3 || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1])) return fail("not_a_checkpoint");
    var root = unbase64(lines[2], "not_a_checkpoint");
    return root.length === 32 ? { origin: lines[0], size: Number(lines[1]), root: hex(root) } : fail("not_a_checkpoint");
  };
  var show = function (out, isGood, sentence) { out.textContent = sentence; out.className = isGood ? "badge ok" : "badge err"; };
  var tell = function (out) {
    return function (problem) {
      var sentence = words[problem && problem.code] || words.not_a_proof;
      show(out, false, sentence.replace("{n}", (problem && problem.detail) || ""));
    };
  };

  /* signature, then path, of a proof given as {leaf, index, path, note}, with the keys of the page */
  var judge = function (proof, keys, out) {
    var said = head(proof.note);
    var own = keys.filter(function (one) { return one.split("+")[0] === said.origin; });
    if (!own.length) fail("foreign_origin", said.origin);
    return Promise.resolve(isSigned(proof.note, own)).then(function (signed) {
      if (signed === false) fail("bad_signature");
      return Promise.resolve(rootOf(proof.leaf, proof.index, said.size, proof.path)).then(function (root) {
        if (hex(root) !== said.root) fail("root_mismatch");
        var sentences = [proof.record ? words.opened : "", words.good, signed ? words.signed : words.unsigned];
        show(out, true, sentences.concat(words.when.replace("{n}", said.size)).join(" ").trim());
      });
    });
  };

  all("[data-proof]").forEach(function (box) {
    var button = box.querySelector("button"), out = box.querySelector("output");
    if (!button || !out) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      Promise.resolve().then(function () {
        var p = JSON.parse(box.querySelector("script").textContent);
        return judge({ leaf: unhex(p.leaf), index: p.index, path: p.path.map(unhex), note: p.note }, [p.key], out);
      }).catch(tell(out));
    });
  });

  /* the check page: whatever was pasted, without sending it anywhere */
  var readProof = function (text) {
    var cut = text.indexOf("\n\n"), lines = (cut < 0 ? text : text.slice(0, cut)).split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1") return fail("foreign_text");
    if (cut < 0) return fail("truncated");
    var extra = (lines[0] || "").indexOf("extra ") === 0 ? unbase64(lines.shift().slice(6)) : null;
    var index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() || "");
    if (!index) return fail("not_a_proof");
    var path = lines.map(function (line) { return unbase64(line); });
    if (path.some(function (item) { return item.length !== 32; })) return fail("not_a_proof");
    var note = text.slice(cut + 2) + "\n";
    if (note.indexOf("\n\n\u2014 ") < 0) return fail("not_a_note");
    return { entry: extra, index: Number(index[1]), path: path, note: note };
  };
  var readOpening = function (text) {
    var content = null;
    try { content = JSON.parse(text); } catch (error) { return fail("damaged_opening"); }
    if (!content.leaf || !content.record || !/^[0-9a-f]{64}$/.test(content.salt || "")) return fail("damaged_opening");
    if (!content.proof) return fail("unpublished");
    var proof = readProof(String(content.proof).trim());
    proof.entry = utf8(canonical(content.leaf));
    proof.record = joined(unhex(content.salt), utf8(canonical(content.record)));
    proof.committed = content.leaf.c;
    proof.stated = content.leaf_hash;
    return proof;
  };
  var opens = function (proof) {
    if (!proof.record) return Promise.resolve();
    return sha256(proof.record).then(function (found) { if (hex(found) !== proof.committed) fail("commitment"); });
  };
  all("form[data-receipt]").forEach(function (form) {
    var button = form.querySelector("button[data-here]"), out = form.querySelector("output"), area = form.querySelector("textarea");
    if (!button || !out || !area) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      Promise.resolve().then(function () {
        var text = area.value.replace(/\r\n/g, "\n").trim();
        var proof = text.charAt(0) === "{" ? readOpening(text) : readProof(text);
        if (!proof.entry) return fail("no_leaf");
        return opens(proof).then(function () { return leafHash(proof.entry); }).then(function (leaf) {
          if (proof.stated && proof.stated !== hex(leaf)) fail("leaf_changed");
          proof.leaf = leaf;
          return judge(proof, form.dataset.keys.split(" "), out);
        });
      }).catch(tell(out));
    });
  });
})();
