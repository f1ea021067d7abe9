/* leave.js: a word before typed answers are lost, and answers of a refused page kept for Back and reload. Enhancement only. */
(function () {
  "use strict";
  var forms = Array.prototype.slice.call(document.querySelectorAll("main form[method='post']"));
  var fields = function (form) {
    return Array.prototype.filter.call(form.elements, function (e) {
      return e.name && e.name !== "csrfmiddlewaretoken" && e.type !== "password" && e.type !== "submit" && e.type !== "button";
    });
  };
  var isTicked = function (e) { return e.type === "checkbox" || e.type === "radio"; };
  var answers = function (form) {
    return fields(form).filter(function (e) { return e.type !== "hidden"; }).map(function (e) { return [e.name, isTicked(e) ? e.checked && e.value : e.value]; });
  };
  var text = function (form) { return JSON.stringify(answers(form)); };
  var main = forms.filter(function (form) { return answers(form).length; })[0];
  if (!main) return;

  /* a refused page came by POST: seen from the history it is read again, with what was typed */
  var isRefused = !!document.querySelector(".error-summary");
  var kept = history.state && history.state.typed;
  var saved = text(main);
  if (isRefused) {
    history.replaceState({ typed: answers(main) }, "", location.href);
    saved = "";
  } else if (kept) {
    fields(main).filter(function (e) { return e.type !== "hidden"; }).forEach(function (e, i) {
      var was = kept[i];
      if (!was || was[0] !== e.name || e.type === "file") return;
      if (isTicked(e)) e.checked = was[1] === e.value; else e.value = was[1];
    });
  }

  var sent = null;
  forms.forEach(function (form) {
    form.addEventListener("submit", function () {
      sent = form;
      if (form === main) history.replaceState(null, "", location.href);
    });
  });
  window.addEventListener("pageshow", function () { sent = null; });
  window.addEventListener("beforeunload", function (event) {
    if (sent === main || text(main) === saved) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
