// The top of the page: whose cluster this is, whether it is well, and its figures.

import { byId, el, keyed, sentences, setClass, setText } from "./dom.js";
import { bytes, count, rate } from "./format.js";
import { History } from "./history.js";

const MARKS = { good: "✓", note: "✓", warning: "!", critical: "✕" };

let points;

export function showSummary(status) {
  const name = status.clusterName || "BTrDB";
  const { level, headline, findings } = status.health;
  setText(byId("name"), name);
  setText(byId("identity"), status.clusterId ? `cluster ${status.clusterId}` : "no cluster yet");
  document.title = `${level === "good" || level === "note" ? "" : "⚠ "}${name} · BTrDB`;

  const box = byId("health");
  setClass(box, `health ${level}`);
  const wrong = findings.filter((f) => f.level === "warning" || f.level === "critical");
  const title = wrong.length > 1 ? `${wrong.length} things need attention` : headline;
  setText(byId("headline"), title);
  byId("headline").dataset.mark = MARKS[level];
  const rest = wrong.length === 1 ? findings.filter((f) => f !== wrong[0]) : findings;
  keyed(
    byId("findings"),
    rest.map((finding, index) => ({ ...finding, index })),
    (finding) => finding.index,
    () => ({ element: el("li") }),
    (view, finding) => {
      setClass(view.element, finding.level);
      setText(view.element, finding.text);
    },
  );
  showFacts(status);
  byId("notes-section").hidden = status.notes.length === 0;
  sentences(byId("notes"), status.notes);
  const self = status.nodes.find((node) => node.card?.nodeId === status.answeredBy);
  const version = self?.card.version ? `, BTrDB ${self.card.version}` : "";
  setText(byId("answered"), status.answeredBy ? `Answered by ${status.answeredBy}${version}` : "");
}

function showFacts(status) {
  const ready = status.nodes.filter((node) => node.ready && node.reachable).length;
  const shards = status.groups.filter((group) => !group.catalog);
  const pointsRate = shards.reduce((sum, group) => sum + group.pointsRate, 0);
  const data = status.nodes.reduce((sum, node) => sum + node.dataBytes, 0);
  points ??= new History();
  points.push(pointsRate);
  const formed = status.groups.length > 0;
  const facts = [
    { label: "Nodes ready", value: `${ready} of ${status.nodes.length}` },
    { label: "Ranges", value: formed ? count(shards.length) : "–" },
    { label: "Replicas of each", value: status.replication ? count(status.replication) : "–" },
    { label: "Points in", value: formed ? `${rate(pointsRate)}/s` : "–", chart: points },
    { label: "Data, all replicas", value: bytes(data) },
    { label: "Moves", value: status.moves.length ? count(status.moves.length) : "none" },
    { label: "Controller", value: status.controller || "none" },
    { label: "ZooKeeper", value: status.zooKeeper || "not used" },
  ];
  keyed(
    byId("facts"),
    facts,
    (fact) => fact.label,
    (fact) => {
      const value = el("span");
      const content = el("dd", "", value);
      if (fact.chart) {
        content.append(fact.chart.element);
      }
      return { element: el("div", "", el("dt", "", fact.label), content), value };
    },
    (view, fact) => {
      setText(view.value, fact.value);
      view.value.title = fact.value;
    },
  );
}
