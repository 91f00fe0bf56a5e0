// What a form cannot do by itself: say that Caps Lock is on, and show a password while somebody wants to see it.
"use strict";

(() => {
  const CAPS_LOCK = "大写锁定（Caps Lock）开着，注意大小写。";

  function tellCapsLock(event) {
    const field = event.target;
    if (!field.matches || !field.matches("input[type=password]") || !event.getModifierState) return;
    const line = document.querySelector(`[data-caps-lock-of="${field.id}"]`);
    const text = event.getModifierState("CapsLock") ? CAPS_LOCK : "";
    if (line && line.textContent !== text) line.textContent = text;
  }

  function toggle(button) {
    const field = document.getElementById(button.dataset.reveals);
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.textContent = isShown ? "隐藏" : "显示";
    field.focus();
  }

  for (const button of document.querySelectorAll("[data-reveals]")) {
    button.hidden = false;
    button.addEventListener("click", () => toggle(button));
  }
  // A browser remembers only what is sent as a password.
  document.addEventListener("submit", () => {
    for (const button of document.querySelectorAll("[data-reveals][aria-pressed=true]")) toggle(button);
  });
  document.addEventListener("keydown", tellCapsLock);
  document.addEventListener("keyup", tellCapsLock);
})();
