// One range in detail, and the table of all of them.

import { byId, el, keyed, setAttribute, setClass, setText } from "./dom.js";
import { bytes, capital, colour, count, groupName, rate } from "./format.js";
import { History } from "./history.js";
import { ordered, replicaKind, replicaWords, share } from "./map.js";

const histories = new Map();
let detail;

/** Remembers the rates of all ranges, so that the one picked next has a past. */
export function rememberRates(status) {
  for (const group of status.groups) {
    if (!histories.has(group.group)) {
      histories.set(group.group, new History());
    }
    histories.get(group.group).push(group.pointsRate);
  }
}

function leaderFirst(group) {
  return [...group.members].sort(
    (a, b) => (b.nodeId === group.leader) - (a.nodeId === group.leader)
      || a.nodeId.localeCompare(b.nodeId, "en", { numeric: true }));
}

export function showDetail(status, selected, pick) {
  const groups = ordered(status.groups);
  const at = groups.findIndex((group) => group.group === selected);
  const box = byId("detail");
  box.hidden = at < 0;
  if (at < 0) {
    return;
  }
  detail ??= createDetail(box);
  const group = groups[at];
  setText(detail.title, capital(groupName(group)));
  setText(detail.share, share(group, groups));
  detail.previous.disabled = at === 0;
  detail.next.disabled = at === groups.length - 1;
  detail.previous.onclick = () => pick(groups[at - 1].group);
  detail.next.onclick = () => pick(groups[at + 1].group);
  const chart = histories.get(group.group).element;
  if (detail.chart.firstChild !== chart) {
    detail.chart.replaceChildren(chart);
  }
  setText(detail.figures, [
    group.leader ? `led by ${group.leader} in term ${count(group.term)}` : "no leader",
    bytes(group.bytes),
    group.catalog ? "" : `${rate(group.pointsRate)} points/s`,
  ].filter((text) => text).join(" · "));
  keyed(
    detail.members,
    leaderFirst(group),
    (member) => member.peer || member.nodeId,
    () => {
      const mark = el("i");
      const name = el("b");
      const words = el("span");
      return { element: el("li", "", mark, name, words), mark, name, words };
    },
    (view, member) => {
      setClass(view.mark, `cell ${replicaKind(group, member)} ${colour(member.nodeId)}`);
      setText(view.name, member.nodeId);
      setText(view.words, replicaWords(group, member));
    },
  );
}

function createDetail(box) {
  const title = el("h3");
  const sharing = el("p", "quiet");
  const figures = el("p");
  const previous = el("button", "step", "‹");
  const next = el("button", "step", "›");
  setAttribute(previous, "aria-label", "Previous range");
  setAttribute(next, "aria-label", "Next range");
  const chart = el("div", "chart");
  const members = el("ul", "members");
  box.append(
    el("div", "detail-head", el("div", "", title, sharing), previous, next),
    el("div", "detail-figures", figures, chart),
    members,
  );
  return { title, share: sharing, figures, previous, next, chart, members };
}

export function showTable(status, selected, pick) {
  byId("table-section").hidden = status.groups.length === 0;
  keyed(
    byId("ranges"),
    ordered(status.groups),
    (group) => group.group,
    (group) => createRow(group, pick),
    (view, group) => updateRow(view, group, group.group === selected),
  );
}

function createRow(group, pick) {
  const button = el("button", "link");
  button.addEventListener("click", () => pick(group.group, true));
  const name = el("th", "", button);
  name.scope = "row";
  const cells = {
    first: el("td", "wide number"),
    slots: el("td", "wide number"),
    members: el("td", "chips"),
    term: el("td", "wide number"),
    bytes: el("td", "number"),
    rate: el("td", "number"),
  };
  return { element: el("tr", "", name, ...Object.values(cells)), button, ...cells };
}

function updateRow(view, group, isSelected) {
  setClass(view.element, isSelected ? "picked" : "");
  setText(view.button, group.catalog ? "catalog" : group.shard);
  setText(view.first, group.catalog ? "–" : count(group.firstSlot));
  setText(view.slots, group.catalog ? "–" : count(group.slotCount));
  setText(view.term, count(group.term));
  setText(view.bytes, bytes(group.bytes));
  setText(view.rate, group.catalog ? "–" : rate(group.pointsRate));
  keyed(
    view.members,
    group.leader ? leaderFirst(group) : [{ nodeId: "", peer: "" }, ...leaderFirst(group)],
    (member) => member.peer || member.nodeId,
    () => {
      const mark = el("i");
      const name = el("span");
      return { element: el("span", "chip", mark, name), mark, name };
    },
    (chip, member) => {
      if (member.nodeId === "") {
        setClass(chip.mark, "cell nobody");
        setText(chip.name, "no leader");
        return;
      }
      const kind = replicaKind(group, member);
      setClass(chip.element, `chip ${kind}`);
      setClass(chip.mark, `cell ${kind} ${colour(member.nodeId)}`);
      setText(chip.name, kind === "lags" || kind === "joins"
        ? `${member.nodeId} −${count(member.lagEntries)}` : member.nodeId);
      chip.element.title = `${member.nodeId}: ${replicaWords(group, member)}`;
    },
  );
}
