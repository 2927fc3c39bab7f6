/* 打印 prints the certificate in its frame; without script the link opens the file and the reader prints there. */
(function () {
  "use strict";
  const frame = document.getElementById("paper");
  const link = document.querySelector('.paper-tools a[href$=".pdf"]');
  if (!frame || !link) return;
  link.addEventListener("click", (event) => {
    if (getComputedStyle(frame).display === "none") return;
    event.preventDefault();
    try { frame.contentWindow.focus(); frame.contentWindow.print(); } catch (fault) { window.open(link.href); }
  });
})();
