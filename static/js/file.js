/* file.js: progress of an upload, and looking whether a file has been read. Enhancement only. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-upload]");
  if (form && window.FormData && window.XMLHttpRequest) {
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented || form.dataset.sending) { event.preventDefault(); return; }
      event.preventDefault();
      form.dataset.sending = "1";
      var box = form.querySelector("[data-progress]"), bar = box.querySelector("progress"), share = box.querySelector("[data-share]");
      var send = new XMLHttpRequest();
      box.hidden = false;
      send.upload.addEventListener("progress", function (e) {
        if (!e.lengthComputable) return;
        bar.value = Math.round(e.loaded / e.total * 100);
        share.textContent = bar.value + "%";
      });
      send.addEventListener("load", function () {
        if (send.status < 400) { location.assign(send.responseURL); return; }
        var page = new DOMParser().parseFromString(send.responseText, "text/html"), main = page.getElementById("main");
        if (!main) { location.reload(); return; }
        document.title = page.title;
        document.getElementById("main").replaceWith(main);
        var errors = main.querySelector(".error-summary");
        if (errors) errors.focus();
      });
      /* no connection: the browser sends the form itself and shows its own words */
      send.addEventListener("error", function () { HTMLFormElement.prototype.submit.call(form); });
      send.open("POST", form.action || location.href);
      send.send(new FormData(form));
    });
  }
  if (document.querySelector("[data-wait]")) {
    var turns = 0;
    var look = function () {
      if (++turns > 90) return;
      fetch(location.href, { credentials: "same-origin" }).then(function (answer) {
        if (answer.redirected) { location.assign(answer.url); return; }
        return answer.text().then(function (text) {
          if (text.indexOf("data-wait") < 0) location.reload(); else setTimeout(look, 2000);
        });
      }).catch(function () { setTimeout(look, 5000); });
    };
    setTimeout(look, 1500);
  }
})();
