// One EventSource for all tabs: browsers allow six connections to a host, and each stream holds one.
"use strict";

const streams = new Map(); // address -> { source, ports }

function openStream(address) {
  const stream = { source: new EventSource(address), ports: new Set(), names: new Set() };
  streams.set(address, stream);
  stream.source.onerror = () => tell(stream, "offline", "");
  return stream;
}

function tell(stream, name, id) {
  for (const port of stream.ports) port.postMessage({ name, id });
}

function join(port, address, names) {
  const existing = streams.get(address);
  const stream = existing || openStream(address);
  stream.ports.add(port);
  for (const name of names) {
    if (stream.names.has(name)) continue;
    stream.names.add(name);
    stream.source.addEventListener(name, (event) => tell(stream, name, event.data));
  }
  // A tab that joins an open stream has missed its first event.
  if (existing) port.postMessage({ name: "resync", id: "" });
}

function leave(port, address) {
  const stream = streams.get(address);
  if (!stream) return;
  stream.ports.delete(port);
  if (stream.ports.size > 0) return;
  stream.source.close();
  streams.delete(address);
}

self.onconnect = (connection) => {
  const port = connection.ports[0];
  port.onmessage = ({ data }) => {
    if (data.join) join(port, data.join, data.names);
    if (data.leave) leave(port, data.leave);
  };
};
