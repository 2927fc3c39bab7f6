/* Three lists of places: the second and third show only what lies inside the one before, by the digits of the codes. */
(function () {
  "use strict";
  function narrow(parent, child, digits) {
    const all = Array.from(child.querySelectorAll("option")).map((option) => ({ value: option.value, words: option.textContent }));
    const show = () => {
      const kept = child.value, prefix = parent.value.slice(0, digits);
      child.textContent = "";
      all.filter((each) => !each.value || (prefix && each.value.slice(0, digits) === prefix)).forEach((each) => {
        const option = document.createElement("option");
        option.value = each.value; option.textContent = each.words; option.selected = each.value === kept;
        child.appendChild(option);
      });
      child.dispatchEvent(new window.Event("change"));
    };
    parent.addEventListener("change", show);
    show();
  }
  document.querySelectorAll("[data-places]").forEach((box) => {
    const [province, prefecture, district] = Array.from(box.querySelectorAll("select"));
    narrow(prefecture, district, 4);
    if (province.options.length > 1) narrow(province, prefecture, 2);
  });
})();
