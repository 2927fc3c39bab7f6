/* 核对 PDF 文件: the file's SHA-256 is computed here and compared with the issued one; nothing leaves the browser.
   Without WebCrypto (plain http on another host) the form stays as it is and the server compares. */
(function () {
  "use strict";
  const form = document.getElementById("file-check");
  const answer = document.getElementById("file-answer");
  const field = form && form.querySelector('input[type="file"]');
  if (!field || !window.crypto || !window.crypto.subtle || !File.prototype.arrayBuffer) {
    document.querySelectorAll(".no-script-only").forEach((part) => part.classList.add("shown"));
    return;
  }
  document.documentElement.classList.add("can-hash");
  const say = (kind, words) => {
    const note = document.createElement("div");
    note.className = "note note-" + kind;
    note.textContent = words;
    answer.replaceChildren(note);
  };
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const compare = (file) => {
    if (!file) return;
    say("info", form.dataset.busy);
    file.arrayBuffer()
      .then((content) => window.crypto.subtle.digest("SHA-256", content))
      .then((digest) => {
        const same = hex(digest) === form.dataset.sha256;
        say(same ? "ok" : "bad", (same ? form.dataset.same : form.dataset.other) + "：" + file.name);
      })
      .catch(() => say("bad", form.dataset.failed));
  };
  field.addEventListener("change", () => compare(field.files[0]));
  form.addEventListener("submit", (event) => { event.preventDefault(); delete form.dataset.sent; compare(field.files[0]); });
  const stop = (event) => event.preventDefault();
  const drop = document.getElementById("drop");
  ["dragenter", "dragover"].forEach((name) => window.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); }));
  ["dragleave", "drop"].forEach((name) => window.addEventListener(name, (event) => { stop(event); drop.classList.remove("over"); }));
  window.addEventListener("drop", (event) => { stop(event); compare(event.dataTransfer && event.dataTransfer.files[0]); });
})();
