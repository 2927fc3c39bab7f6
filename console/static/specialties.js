/* The long list of specialties in three short ones: industry, field, specialty. Without script the one list stays. */
(function () {
  "use strict";
  function begin(box) {
    const list = box.querySelector("select");
    const blank = list.querySelector("option").cloneNode(true);
    const groups = Array.from(list.querySelectorAll("optgroup")).map((group) => {
      const cut = group.label.split(" / ");
      return { industry: cut[0], field: cut[1] || cut[0], options: Array.from(group.children) };
    });
    const pick = (words) => {
      const select = document.createElement("select");
      select.className = "form-control";
      select.setAttribute("aria-label", words);
      select.dataset.words = words;
      return select;
    };
    const industry = pick(box.dataset.industry);
    const field = pick(box.dataset.field);
    const fill = (select, names) => {
      const kept = select.value;
      select.replaceChildren(new Option(select.dataset.words, ""), ...names.map((name) => new Option(name, name)));
      select.value = names.includes(kept) ? kept : names.length === 1 ? names[0] : "";
    };
    const unique = (names) => Array.from(new Set(names));
    function show() {
      const near = groups.filter((group) => group.industry === industry.value);
      fill(field, unique(near.map((group) => group.field)));
      const here = near.filter((group) => group.field === field.value);
      const kept = list.value;
      list.replaceChildren(blank.cloneNode(true), ...here.flatMap((group) => group.options));
      list.value = here.some((group) => group.options.some((option) => option.value === kept)) ? kept : "";
      list.disabled = here.length === 0;
      field.disabled = near.length === 0;
    }
    const chosen = groups.find((group) => group.options.some((option) => option.selected && option.value));
    fill(industry, unique(groups.map((group) => group.industry)));
    if (chosen) {
      industry.value = chosen.industry;
      fill(field, [chosen.field]);
      field.value = chosen.field;
    }
    [industry, field].forEach((select) => select.addEventListener("change", (event) => { event.stopPropagation(); show(); }));
    box.before(industry, field);
    box.classList.add("specialty-last");
    industry.classList.add("specialty-first");
    field.classList.add("specialty-first");
    show();
  }
  const start = () => document.querySelectorAll("[data-specialties]").forEach(begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
