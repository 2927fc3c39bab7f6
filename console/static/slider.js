/* 拖动拼图: fetches a puzzle, follows hand or arrow keys, asks the server. Without scripts the picture code stays. */
(function () {
  "use strict";
  const token = () => (document.querySelector('meta[name="csrf-token"]') || {}).content || "";
  const LEAST = 3;

  function start(box) {
    const find = (name) => box.querySelector("[data-slider-" + name + "]");
    const track = find("track"), view = find("view"), back = find("back"), piece = find("piece");
    const done = find("done"), words = find("words"), handle = find("handle"), again = find("again");
    const form = box.closest("form");
    const kind = form.elements.captcha_kind, answer = form.elements.puzzle;
    let puzzle = null, drag = null, solved = false, asked = 0;

    function way(name) {
      kind.value = name;
      box.querySelectorAll("[data-slider-way]").forEach((part) => { part.hidden = part.dataset.sliderWay !== name; });
      box.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
      if (name === "slider" && !puzzle) fetchPuzzle();
    }
    function say(text, state) {
      words.textContent = text;
      track.classList.toggle("failed", state === "failed");
      track.classList.toggle("solved", state === "solved");
    }
    function place(share) {
      const room = track.clientWidth - handle.offsetWidth + 2;
      handle.style.left = (share * room - 1) + "px";
      done.style.width = (share * room) + "px";
      handle.setAttribute("aria-valuenow", String(Math.round(share * 100)));
      if (puzzle) piece.style.left = (100 * share * (puzzle.width - puzzle.piece_size) / puzzle.width) + "%";
    }
    function fetchPuzzle(text) {
      const mine = ++asked;
      solved = false; puzzle = null; answer.value = "";
      say(text || box.dataset.loading, text ? "failed" : "");
      window.fetch(box.dataset.url, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then((reply) => { if (!reply.ok) throw new Error(); return reply.json(); })
        .then((found) => {
          if (mine !== asked) return;
          puzzle = found;
          back.src = found.background; piece.src = found.piece;
          piece.style.width = (100 * found.piece_size / found.width) + "%";
          piece.style.top = (100 * found.y / found.height) + "%";
          place(0);
          if (!text) say(box.dataset.ready, "");
        })
        .catch(() => { if (mine === asked) say(box.dataset.offline, "failed"); });
    }
    function show(open) { view.hidden = !(open && puzzle && !solved); }
    function begin() {
      if (!puzzle || solved || drag) return;
      drag = { share: 0, since: window.performance.now(), points: [] };
      say("", ""); show(true); note();
    }
    function note() { drag.points.push([x(), Math.round(window.performance.now() - drag.since)]); }
    function x() { return Math.round(drag.share * (puzzle.width - puzzle.piece_size) * 10) / 10; }
    function move(share) {
      if (!drag) return;
      drag.share = Math.min(1, Math.max(0, share));
      place(drag.share); note();
    }
    function end() {
      if (!drag) return;
      const gone = drag;
      if (gone.points.length < LEAST) { drag = null; place(0); say(box.dataset.ready, ""); return; }
      note();
      const sent = { token: puzzle.token, x: x(), track: gone.points };
      drag = null;
      window.fetch(box.dataset.url, { method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" }, credentials: "same-origin" })
        .then((reply) => {
          if (!reply.ok) { fetchPuzzle(box.dataset.failed); show(true); return; }
          solved = true; answer.value = sent.token;
          say(box.dataset.solved, "solved"); show(false);
        })
        .catch(() => { say(box.dataset.offline, "failed"); });
    }

    handle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      begin();
      if (!drag) return;
      handle.setPointerCapture(event.pointerId);
      drag.from = event.clientX;
      event.preventDefault(); handle.focus();
    });
    handle.addEventListener("pointermove", (event) => {
      if (drag && drag.from !== undefined) move((event.clientX - drag.from) / (track.clientWidth - handle.offsetWidth + 2));
    });
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 8, PageDown: -8 }[event.key];
      if (step && puzzle && !solved) {
        event.preventDefault(); begin();
        move(drag.share + step * 3 / (puzzle.width - puzzle.piece_size));
      } else if ((event.key === "Enter" || event.key === " ") && drag) {
        event.preventDefault(); end();
      } else if (event.key === "Escape") { drag = null; place(0); show(false); }
    });
    handle.addEventListener("focus", () => show(true));
    track.addEventListener("pointerenter", () => show(true));
    track.addEventListener("pointerleave", (event) => { if (!drag && event.pointerType === "mouse") show(false); });
    box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) { show(false); if (drag) { drag = null; place(0); } } });
    again.addEventListener("click", () => { drag = null; fetchPuzzle(); show(true); handle.focus(); });
    box.querySelectorAll("[data-slider-to]").forEach((button) => button.addEventListener("click", () => {
      way(button.dataset.sliderTo);
      const next = button.dataset.sliderTo === "slider" ? handle : form.elements.captcha;
      next.focus();
    }));
    /* a code was asked for: the challenge is spent, whatever the answer was */
    const said = form.querySelector('[role="status"][id$="-result"]');
    if (said) new window.MutationObserver(() => {
      if (kind.value === "slider") { fetchPuzzle(); return; }
      const picture = box.querySelector(".picture-code");
      form.elements.captcha.value = "";
      if (picture) picture.src = picture.src.split("?")[0] + "?again=" + Date.now();
    }).observe(said, { childList: true });
    way(box.dataset.slider);
  }
  document.querySelectorAll("[data-slider]").forEach(start);
})();
