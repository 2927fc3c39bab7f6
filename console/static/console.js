/* Scripts enhance; every act also works as a plain form or link. No framework, no eval, no inline handler.
   Hooks: data-confirm, data-bulk-action, data-inline-add, data-noop, data-dialog, data-close, data-copy, data-refresh,
   data-drawer, data-select-all, data-bulk-bar, data-counter, data-autosave, data-countdown, data-error-summary, data-toast. */
(function () {
  "use strict";
  const all = (rule, root) => Array.from((root || document).querySelectorAll(rule));
  const token = () => (document.querySelector('meta[name="csrf-token"]') || {}).content || "";

  /* ---- one listener, before jQuery's own handlers ---- */
  const clicked = {
    "[data-confirm]": (event, el) => {
      if (el.dataset.confirm && !window.confirm(el.dataset.confirm)) { event.preventDefault(); event.stopImmediatePropagation(); return true; }
    },
    'a[href^="javascript:"], [data-noop]': (event) => event.preventDefault(),
    "[data-bulk-action]": (event, el) => { event.preventDefault(); sendBulk(el); },
    "[data-inline-add]": (event, el) => { event.preventDefault(); window.faForm && window.faForm.addInlineField(el, el.dataset.inlineAdd); },
    "a.inline-remove-field": (event) => event.preventDefault(),
    "[data-dialog]": (event, el) => { if (openDialog(el)) event.preventDefault(); },
    "[data-close]": (event, el) => { const box = el.closest("dialog"); if (box) { event.preventDefault(); box.close(); } },
    "[data-copy]": (event, el) => copy(el),
    "[data-refresh]": (event, el) => { event.preventDefault(); refresh(document.getElementById(el.dataset.refresh)); },
    "[data-drawer]": (event, el) => { event.preventDefault(); drawer(true, el); },
    ".side-close, .side-shade": (event) => { event.preventDefault(); drawer(false); },
    "[data-bulk-clear]": () => { all("input.action-checkbox:checked").forEach((box) => { box.checked = false; }); countBoxes(); },
    "[data-countdown]": (event, el) => { if (window.fetch) { event.preventDefault(); sendCode(el); } },
    '.error-summary a[href^="#"], .missing a[href^="#"]': (event, el) => { if (focusField(el.hash.slice(1))) event.preventDefault(); },
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest ? event.target : event.target.parentElement;
    if (!target) return;
    all(".menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.removeAttribute("open"); });
    for (const rule of Object.keys(clicked)) {
      const el = target.closest(rule);
      if (el && clicked[rule](event, el)) return;
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all(".menu[open]").forEach((menu) => { menu.removeAttribute("open"); menu.querySelector("summary").focus(); });
    drawer(false);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  /* ---- dialogs: the link's own page is the way without script ---- */
  let opener = null;
  function openDialog(el) {
    const box = document.getElementById(el.dataset.dialog);
    if (!box || !box.showModal) return false;
    opener = el;
    box.showModal();
    const first = box.querySelector(".dialog-body input:not([type=hidden]), .dialog-body textarea, .dialog-body select, .dialog-foot [data-close]");
    if (first) first.focus();
    return true;
  }
  document.addEventListener("close", (event) => { if (event.target.matches("dialog") && opener) { opener.focus(); opener = null; } }, true);

  /* ---- menu drawer of tablets and phones ---- */
  let drawerOpener = null;
  function drawer(open, from) {
    const side = document.getElementById("side");
    if (!side || side.classList.contains("open") === open) return;
    side.classList.toggle("open", open);
    if (open) { drawerOpener = from; (side.querySelector("[aria-current]") || side.querySelector("a")).focus(); }
    else if (drawerOpener) drawerOpener.focus();
  }

  /* ---- lists ---- */
  function countBoxes() {
    const boxes = all("input.action-checkbox");
    const picked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => { const row = box.closest("tr"); if (row) row.classList.toggle("picked", box.checked); });
    all("[data-bulk-bar]").forEach((bar) => {
      bar.classList.toggle("on", picked.length > 0);
      all("[data-bulk-count]", bar).forEach((span) => { span.textContent = picked.length; });
    });
    all("[data-select-all]").forEach((box) => { box.checked = boxes.length > 0 && picked.length === boxes.length; box.indeterminate = picked.length > 0 && !box.checked; });
  }
  function sendBulk(el) {
    const form = document.getElementById(el.dataset.form || "action_form");
    if (!form) return;
    const field = document.createElement("input");
    field.type = "hidden"; field.name = "action"; field.value = el.dataset.bulkAction;
    form.appendChild(field);
    form.submit();
  }
  document.addEventListener("change", (event) => {
    const el = event.target;
    if (el.matches("[data-select-all]")) all("input.action-checkbox").forEach((box) => { box.checked = el.checked; });
    if (el.matches("[data-select-all], input.action-checkbox")) countBoxes();
  });

  /* ---- fields ---- */
  function focusField(id) {
    const found = document.getElementById(id);
    if (!found) return false;
    const rule = "input:not([type=hidden]), select, textarea, button";
    const field = found.matches(rule) ? found : found.querySelector(rule) || found;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
    return true;
  }
  function count(area) {
    const line = document.querySelector('[data-counter-for="' + area.id + '"]');
    if (!line) return;
    const used = Array.from(area.value).length;
    line.textContent = used + "/" + area.dataset.counter;
    line.classList.toggle("over", used > Number(area.dataset.counter));
  }
  document.addEventListener("input", (event) => { if (event.target.dataset && event.target.dataset.counter) count(event.target); });
  function refresh(picture) {
    if (!picture) return;
    const address = new URL(picture.src, window.location.href);
    address.searchParams.set("again", String(Date.now()));
    picture.src = address.toString();
  }
  function copy(el) {
    if (!navigator.clipboard) return;
    navigator.clipboard.writeText(el.dataset.copy).then(() => say(document.documentElement.lang === "zh-CN" ? "已复制" : "OK"));
  }

  /* ---- one-time codes: the button posts the form; a JSON answer {message, seconds} starts the countdown ---- */
  function wait(button, seconds) {
    const words = button.dataset.words || button.textContent;
    button.dataset.words = words;
    button.disabled = true;
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) { button.disabled = false; button.textContent = words; return; }
      button.textContent = left + " " + button.dataset.again;
      window.setTimeout(tick, 250);
    };
    tick();
  }
  function sendCode(button) {
    const form = button.form;
    const result = document.getElementById(button.dataset.result);
    const needs = button.dataset.needs && form.elements[button.dataset.needs];
    if (needs && !needs.value) { needs.focus(); }
    button.disabled = true;
    window.fetch(button.formAction, { method: "POST", body: new FormData(form), headers: { Accept: "application/json", "X-CSRFToken": token() }, credentials: "same-origin" })
      .then((answer) => answer.json().then((said) => ({ ok: answer.ok, said })))
      .then(({ ok, said }) => {
        if (result) { result.textContent = said.message || ""; result.classList.toggle("field-error", !ok); }
        if (ok || said.seconds) wait(button, said.seconds || Number(button.dataset.countdown)); else button.disabled = false;
      })
      .catch(() => {  /* no JSON: post the page, which then says what is wrong in words */
        button.disabled = false;
        const field = document.createElement("button");
        field.type = "submit"; field.hidden = true; field.formAction = button.formAction; field.formNoValidate = true;
        form.appendChild(field); field.click();
      });
  }

  /* ---- drafts: changed fields are posted; JSON {saved_at, lock_version} comes back ---- */
  function watchDraft(form) {
    const line = document.querySelector("[data-save-status]");
    const words = line && line.querySelector("[data-save-words]");
    const changed = new Set();
    let timer = 0;
    let flight = null;
    const show = (text, failed) => {
      if (!line) return;
      words.textContent = text;
      line.classList.toggle("failed", Boolean(failed));
      const old = line.querySelector("button"); if (old) old.remove();
      if (!failed) return;
      const again = document.createElement("button");
      again.type = "button"; again.textContent = line.dataset.retry; again.addEventListener("click", save);
      line.appendChild(again);
    };
    function body(names) {
      const data = new URLSearchParams();
      new FormData(form).forEach((value, name) => { if (names.includes(name) && typeof value === "string") data.append(name, value); });
      names.forEach((name) => { if (!data.has(name)) data.append(name, ""); });
      const version = form.elements.lock_version;
      if (version) data.set("lock_version", version.value);
      return data;
    }
    function save() {
      const names = Array.from(changed);
      if (!names.length) return;
      changed.clear();
      if (line) show(line.dataset.saving);
      flight = window.fetch(form.dataset.autosave, { method: "POST", body: body(names), headers: { Accept: "application/json", "X-CSRFToken": token(), "X-Autosave": "1" }, credentials: "same-origin" })
        .then((answer) => answer.json().then((said) => {
          if (said.lock_version && form.elements.lock_version) form.elements.lock_version.value = said.lock_version;
          if (!answer.ok) throw new Error(said.message || "");
          if (line) show(line.dataset.saved + "　" + (said.saved_at || ""));
        }))
        .catch((fault) => { names.forEach((name) => changed.add(name)); if (line) show(fault.message && !(fault instanceof TypeError) && !(fault instanceof SyntaxError) ? fault.message : line.dataset.failed, true); })
        .finally(() => { flight = null; });
    }
    /* A save under way changes the version this form carries: the form goes out after its answer. */
    form.addEventListener("submit", (event) => {
      window.clearTimeout(timer);
      if (!flight) return;
      event.preventDefault();
      flight.finally(() => form.requestSubmit(event.submitter));
    });
    const note = (event) => {
      if (!event.target.name || event.target.type === "file" || event.target.type === "password") return;
      changed.add(event.target.name);
      window.clearTimeout(timer);
      timer = window.setTimeout(save, event.type === "change" ? 400 : 2000);
    };
    form.addEventListener("input", note);
    form.addEventListener("change", note);
  }

  /* ---- toasts ---- */
  function place(line) {
    const region = document.querySelector(".toasts");
    if (!region) return;
    region.appendChild(line);
    let timer = 0;
    const start = () => { timer = window.setTimeout(() => line.remove(), 6000); };
    const stop = () => window.clearTimeout(timer);
    ["mouseenter", "focusin"].forEach((name) => line.addEventListener(name, stop));
    ["mouseleave", "focusout"].forEach((name) => line.addEventListener(name, start));
    start();
  }
  function say(text) {
    const line = document.createElement("div");
    line.className = "toast-line"; line.textContent = text;
    place(line);
  }

  /* ---- the end of the session, two minutes before ---- */
  function watchSession(tag) {
    const warn = () => {
      const region = document.querySelector(".toasts");
      const line = document.createElement("div");
      line.className = "toast-line"; line.textContent = tag.dataset.words;
      const stay = document.createElement("button");
      stay.type = "button"; stay.textContent = tag.dataset.stay;
      const over = window.setTimeout(() => { line.textContent = tag.dataset.over; }, 120000);
      stay.addEventListener("click", () => {
        window.fetch(tag.dataset.url, { credentials: "same-origin" }).then((answer) => {
          if (!answer.ok || answer.redirected) throw new Error("over");
          window.clearTimeout(over); line.remove(); start();
        }).catch(() => { line.textContent = tag.dataset.over; });
      });
      line.appendChild(stay);
      if (region) region.appendChild(line);
    };
    const start = () => window.setTimeout(warn, Math.max(Number(tag.content) - 120, 1) * 1000);
    start();
  }

  /* ---- start ---- */
  function begin() {
    const summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
    all("textarea[data-counter], input[data-counter]").forEach(count);
    all("form[data-autosave]").forEach(watchDraft);
    all("[data-countdown][data-wait]").forEach((button) => wait(button, Number(button.dataset.wait)));
    all("[data-toast]").forEach(place);
    all(".messages").forEach((box) => { if (!box.children.length) box.remove(); });
    countBoxes();
    const session = document.querySelector('meta[name="session-seconds"]');
    if (session) watchSession(session);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
