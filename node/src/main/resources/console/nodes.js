// A card a node.

import { byId, el, keyed, setAttribute, setClass, setText } from "./dom.js";
import { byName, bytes, colour, count, plural, rate, span } from "./format.js";
import { History } from "./history.js";

const DISK_TIGHT = 0.9; // as io.btrdb.node.http.ClusterHealth

export function showNodes(status) {
  const nodes = status.nodes
    .filter((node) => node.card)
    .sort((a, b) => byName(a.card.nodeId, b.card.nodeId));
  keyed(
    byId("nodes"),
    nodes,
    (node) => node.card.nodeId,
    createCard,
    (view, node) => updateCard(view, node, status),
  );
}

function createCard(node) {
  const name = el("h3", `node ${colour(node.card.nodeId)}`, node.card.nodeId);
  const state = el("span", "state");
  const reason = el("p", "reason");
  const place = el("p", "quiet place");
  const replicas = el("dd");
  const leaders = el("dd");
  const writes = el("dd");
  const data = el("dd");
  const points = el("dd", "", el("span"));
  const history = new History();
  points.append(history.element);
  const disk = el("span", "fill");
  const diskWords = el("span", "quiet");
  const meter = el("div", "disk", disk);
  setAttribute(meter, "role", "meter");
  setAttribute(meter, "aria-label", `Disk of ${node.card.nodeId}`);
  setAttribute(meter, "aria-valuemin", 0);
  setAttribute(meter, "aria-valuemax", 100);
  const verify = el("p", "quiet");
  const element = el("li", "card",
    el("div", "card-head", name, state),
    place,
    reason,
    el("dl", "",
      el("div", "", el("dt", "", "Replicas"), replicas),
      el("div", "", el("dt", "", "Leads"), leaders),
      el("div", "", el("dt", "", "Data"), data),
      el("div", "wide-figure", el("dt", "", "Written to what it leads"), writes),
      el("div", "wide-figure", el("dt", "", "Points in"), points)),
    meter,
    diskWords,
    verify);
  return { element, state, reason, place, replicas, leaders, writes, data, points, history, disk,
    diskWords, meter, verify };
}

function stateOf(node) {
  if (node.card.gone) {
    return ["removed", "off"];
  }
  if (!node.reachable) {
    const silent = node.silentMillis >= 1000 ? ` for ${span(node.silentMillis)}` : "";
    return [`no answer${silent}`, "down"];
  }
  if (!node.ready) {
    return ["not ready", "warn"];
  }
  return node.draining ? ["draining", "note"] : ["ready", "good"];
}

function updateCard(view, node, status) {
  const [words, kind] = stateOf(node);
  setClass(view.element, `card ${kind}`);
  setClass(view.state, `state ${kind}`);
  setText(view.state, words);
  setText(view.reason, node.reachable && !node.ready ? node.notReadyReason : "");
  view.reason.hidden = view.reason.textContent === "";
  setText(view.place, [
    node.card.zone ? `zone ${node.card.zone}` : "",
    node.card.grpc,
    node.card.nodeId === status.controller ? "controller" : "",
    status.zooKeeper === "connected" && !node.registered ? "not registered" : "",
  ].filter((text) => text).join(" · "));
  setText(view.replicas, count(node.replicas));
  const led = status.groups.filter((group) => group.leader === node.card.nodeId);
  const writes = led.reduce((sum, group) => sum + group.pointsRate, 0);
  const all = status.groups.reduce((sum, group) => sum + group.pointsRate, 0);
  setText(view.leaders, count(node.leaders));
  setText(view.writes, all > 0
    ? `${rate(writes)}/s, ${Math.round((100 * writes) / all)} %` : `${rate(writes)}/s`);
  setText(view.data, bytes(node.dataBytes));
  setText(view.points.firstChild, `${rate(node.pointsRate)}/s`);
  view.history.push(node.reachable ? node.pointsRate : 0);
  showDisk(view, node);
  setText(view.verify, verifyWords(node.verify));
  view.verify.hidden = view.verify.textContent === "";
}

function showDisk(view, node) {
  const known = node.diskTotalBytes > 0;
  const used = known ? 1 - node.diskFreeBytes / node.diskTotalBytes : 0;
  view.disk.style.width = `${(100 * used).toFixed(1)}%`;
  setClass(view.meter, used >= DISK_TIGHT ? "disk tight" : "disk");
  setAttribute(view.meter, "aria-valuenow", Math.round(100 * used));
  setText(view.diskWords, known
    ? `Disk ${Math.round(100 * used)} % full, ${bytes(node.diskFreeBytes)} free`
    : "Disk unknown");
}

function verifyWords(verify) {
  if (!verify || (!verify.running && verify.finishedMillis === 0)) {
    return "";
  }
  const found = verify.damaged === 0
    ? "no damage"
    : `${plural(verify.damaged, "damaged block")}, ${count(verify.repaired)} repaired`;
  return verify.running
    ? `Checking: ${bytes(verify.checkedBytes)} of ${bytes(verify.totalBytes)}, ${found}`
    : `Checked ${span(Math.max(0, Date.now() - verify.finishedMillis))} ago: ${found}`;
}
