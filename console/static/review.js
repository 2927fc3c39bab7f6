/* Review page: the specialties of the chosen industry only, and full numbers in place for a minute. */
(function () {
  "use strict";
  const industry = document.getElementById("industry_id");
  const specialty = document.getElementById("specialty_id");
  if (industry && specialty) {
    const every = Array.from(specialty.children);
    const narrow = () => {
      const wanted = industry.value;
      const chosen = specialty.value;
      specialty.replaceChildren(...every.map((part) => {
        const copy = part.cloneNode(true);
        copy.querySelectorAll("option[data-industry]").forEach((option) => { if (wanted && option.dataset.industry !== wanted) option.remove(); });
        return copy;
      }).filter((part) => part.tagName === "OPTION" || part.children.length));
      specialty.value = chosen;
      if (specialty.selectedIndex < 0) specialty.selectedIndex = 0;
    };
    industry.addEventListener("change", narrow);
    narrow();
  }

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  const dialog = document.getElementById("reveal");
  const form = dialog && dialog.querySelector("form");
  if (!form || !window.fetch) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    window.fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then((answer) => answer.json().then((said) => ({ ok: answer.ok, said })))
      .then(({ ok, said }) => { if (ok) show(said); else tell(said.message); })
      .catch(() => tell("未能显示，请检查网络后再试"));
  });
  function tell(words) {
    let line = form.querySelector(".field-error");
    if (!line) { line = document.createElement("p"); line.className = "field-error"; form.querySelector(".dialog-body").appendChild(line); }
    line.textContent = words || "未能显示，请稍后再试";
  }
  function show(said) {
    dialog.close();
    Object.keys(said.values).forEach((name) => {
      document.querySelectorAll('[data-secret="' + name + '"]').forEach((place) => {
        const masked = place.textContent;
        place.textContent = said.values[name];
        place.classList.add("revealed");
        window.setTimeout(() => { place.textContent = masked; place.classList.remove("revealed"); }, said.seconds * 1000);
      });
    });
  }
})();
