// Replicas on their way from node to node.

import { byId, el, keyed, setAttribute, setClass, setText } from "./dom.js";
import { bytes, capital, colour, count, span } from "./format.js";

export function showMoves(status) {
  byId("still").hidden = status.moves.length > 0;
  keyed(
    byId("moves"),
    status.moves.map((move, index) => ({ ...move, index })),
    (move) => `${move.group} ${move.fromNode} ${move.toNode}`,
    createMove,
    updateMove,
  );
}

function createMove() {
  const name = el("b");
  const from = el("span", "node");
  const to = el("span", "node");
  const step = el("span", "quiet");
  const bar = el("progress");
  const done = el("span", "number");
  const why = el("p", "quiet");
  const path = el("span", "path", from, el("span", "arrow", "→"), to);
  const element = el("li", "", el("div", "move-head", name, path, done), bar, el("div", "", step), why);
  return { element, name, from, to, step, bar, done, why };
}

function updateMove(view, move) {
  setText(view.name, capital(move.name));
  showNode(view.from, move.fromNode);
  showNode(view.to, move.toNode);
  const known = move.totalBytes > 0;
  const share = known ? Math.min(1, move.doneBytes / move.totalBytes) : 0;
  const waits = move.startedMillis === 0;
  setClass(view.element, waits ? "waits" : "");
  setAttribute(view.bar, "max", 1);
  setAttribute(view.bar, "value", known || waits ? share.toFixed(3) : null);
  setAttribute(view.bar, "aria-label", `${move.name} from ${move.fromNode} to ${move.toNode}`);
  setText(view.done, waits ? "waits" : known ? `${Math.floor(share * 100)} %` : "");
  setText(view.step, [
    capital(move.step),
    known && !waits ? `${bytes(move.doneBytes)} of ${bytes(move.totalBytes)}` : "",
    move.lagEntries > 0 ? `${count(move.lagEntries)} entries behind` : "",
    waits ? "" : `for ${span(Math.max(0, Date.now() - move.startedMillis))}`,
  ].filter((text) => text).join(" · "));
  setText(view.why, capital(move.why));
}

function showNode(view, node) {
  setClass(view, node ? `node ${colour(node)}` : "node");
  setText(view, node || "new");
}
