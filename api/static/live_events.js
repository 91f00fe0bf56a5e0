// Turns server-sent events into DOM events on <body> (live:resync, live:bubble, …), which htmx listens to.
// <body data-live="/address" data-live-names="resync bubble" data-live-worker="/static/live_events_worker.js">
"use strict";

(() => {
  const { live: address, liveNames, liveWorker } = document.body.dataset;
  const names = liveNames.split(" ");
  const emit = (name, id) => document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail: { id } }));

  function listenDirectly() {
    const source = new EventSource(address);
    for (const name of names) source.addEventListener(name, (event) => emit(name, event.data));
    source.onerror = () => emit("offline", "");
    return () => source.close();
  }

  function listenThroughWorker() {
    const port = new SharedWorker(liveWorker).port;
    port.onmessage = ({ data }) => emit(data.name, data.id);
    port.postMessage({ join: address, names });
    return () => port.postMessage({ leave: address });
  }

  function listen() {
    if (!window.SharedWorker) return listenDirectly();
    try {
      return listenThroughWorker();
    } catch {
      return listenDirectly();
    }
  }

  let stop = listen();
  window.addEventListener("pagehide", () => stop());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) stop = listen();
  });
})();
