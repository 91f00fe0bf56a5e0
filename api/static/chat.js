// What htmx does not do by itself: scrolling, clearing the input, opening the panel on a phone, telling of trouble.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const log = byId("log");
  const phone = byId("phone");
  const panel = byId("panel");
  const problem = byId("problem");
  const more = byId("more");
  let opener = null;

  // To the end, but never past the beginning of the last bubble: a long answer is read from its top.
  function toEnd() {
    const last = Array.from(log.querySelectorAll(".row")).pop();
    const top = last ? last.offsetTop - log.offsetTop - 12 : log.scrollHeight;
    log.scrollTop = Math.min(log.scrollHeight - log.clientHeight, top);
  }

  // Only what the account said last can be tapped: a number belongs to what was offered last.
  function onlyLastCanBeTapped() {
    const rows = Array.from(log.querySelectorAll(".row"));
    const last = rows.pop();
    for (const row of rows) {
      row.classList.remove("latest");
      for (const choice of row.querySelectorAll(".choice:enabled")) choice.disabled = true;
    }
    if (last) last.classList.add("latest");
  }

  const menus = Array.from(document.querySelectorAll(".menu"));

  function closeMenus(except) {
    for (const menu of menus) if (menu !== except) menu.open = false;
  }

  const isNarrow = window.matchMedia("(max-width: 860px)");

  function showPanel(isOpen, cardId) {
    if (!isNarrow.matches) return;
    panel.classList.toggle("open", isOpen);
    phone.inert = isOpen;
    for (const button of document.querySelectorAll("[data-opens-panel][aria-controls]")) {
      button.setAttribute("aria-expanded", String(isOpen));
    }
    if (isOpen) {
      panel.querySelector("[data-closes-panel]").focus();
      byId(cardId).scrollIntoView();
    } else if (opener) {
      opener.focus();
      opener = null;
    }
  }

  function closePlaceSearch() {
    byId("place-query").value = "";
    byId("places").replaceChildren();
    showPanel(false);
  }

  function tell(text) {
    problem.textContent = text;
    problem.hidden = text === "";
  }

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest(".menu summary") ? event.target.closest(".menu") : null);
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-opens-panel]")) {
      opener = button;
      showPanel(true, button.dataset.opensPanel);
    } else if (button.matches("[data-closes-panel]")) {
      showPanel(false);
    } else if (button.name === "kind") {
      more.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    showPanel(false);
    more.open = false;
    closeMenus(null);
  });

  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "bubbles") return;
    onlyLastCanBeTapped();
    toEnd();
  });

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful) return;
    tell("");
    if (event.detail.pathInfo.requestPath === "/simulator/workers") closePlaceSearch();
    if (event.detail.elt.id === "composer") {
      event.detail.elt.reset();
      byId("say").focus();
    }
  });

  document.body.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.responseText));
  document.body.addEventListener("htmx:sendError", () => tell("没有发出去：连不上服务器。请检查网络后再试。"));
  document.body.addEventListener("live:offline", () => tell("和服务器的连接断了，正在重新连接……"));
  document.body.addEventListener("live:resync", () => tell(""));

  isNarrow.addEventListener("change", () => {
    panel.classList.remove("open");
    phone.inert = false;
  });

  onlyLastCanBeTapped();
  toEnd();
})();
