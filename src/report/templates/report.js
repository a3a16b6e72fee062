// The script of a report: language, keys, lists with filters, and the light on lines and what was read from them.
// It talks to no server. Data come as pieces, scripts that each call jianbao(list, number, rows).
"use strict";

// ---- Language: what was chosen last, else what the browser speaks. --------------------------------------------------

const store = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* A browser may keep nothing for pages on disk. */ } },
};
const root = document.documentElement;
root.lang = store.get("jianbao-language") || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

// ---- Data: pieces as they arrive. -----------------------------------------------------------------------------------

let index = null;
const arrived = {};
const waiting = {};

function jianbao(list, number, rows) {
  if (list === "index") index = rows;
  else arrived[list + number] = rows;
}

/** Loads a piece once; a page opened from disk may load scripts, but not data. */
function piece(list, number) {
  const name = list + number;
  waiting[name] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `data/${list}-${String(number).padStart(4, "0")}.js`;
    script.onload = () => resolve(arrived[name]);
    script.onerror = () => reject(new Error(script.src));
    document.head.append(script);
  });
  return waiting[name];
}

/** An element; strings become text and nothing else. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

/** A word of the interface in the language that is on; another text as it is. */
function word(key) {
  const pair = index && Object.hasOwn(index.words, key) ? index.words[key] : [key, key];
  return pair[root.lang === "zh" ? 0 : 1];
}

/** A value of a column in words. */
function wordOf(column, value) {
  return Object.hasOwn(index.words, `${column}:${value}`) ? word(`${column}:${value}`) : word(value);
}

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("language").addEventListener("click", () => {
    root.lang = root.lang === "zh" ? "en" : "zh";
    store.set("jianbao-language", root.lang);
    document.dispatchEvent(new Event("language"));
  });
  const kind = document.body.classList;
  if (kind.contains("list")) list();
  else if (kind.contains("document")) pageOfDocument();
  else if (kind.contains("change")) steps(".card", "changed-only");
  else if (kind.contains("changes")) steps(".part", "");
  else keys({ search: toSearch });
});

/** Goes to the list of items to search it; a page that stands alone has none. */
function toSearch() {
  if (document.querySelector("nav a")) location.href = document.body.dataset.root + "items.html#search=";
}

/** What j, k, f and / do; not while somebody types. */
function keys(does) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const action = { j: does.next, k: does.previous, f: does.flagged, "/": does.search }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

// ---- Lists. ---------------------------------------------------------------------------------------------------------

const PAGE = 100;

/** What each list shows of a row, what is searched in it, where it leads, and how its filters hold it. */
const LISTS = {
  items: {
    name: (row) => row[2] || row[3],
    unnamed: (row) => !row[2],
    marks: (row) => row[12],
    facts: (row) => [row[4], row[6], row[7], row[8]],
    source: (row) => row[13],
    searched: (row) => [row[2], row[7], row[8], row[13]],
    href: (row) => `${file(row[0])}#i${row[1]}`,
    texts: "texts",
    flagged: (row) => row[12].length > 0,
    holds: {
      section: (row, value) => (row[4] ?? "-") === value,
      district: (row, value) => (row[8] ?? "-") === value,
      kind: (row, value) => row[5] === value,
      flag: (row, value) => row[12].includes(value),
      issued: (row, value) => (row[9] ?? "-").startsWith(value),
      contents: (row, value) => row[10] === (value === "yes"),
      confidence: (row, value) => row[11] != null && index.bands.findLast((from) => row[11] >= Number(from)) === value,
    },
  },
  documents: {
    name: (row) => row[1],
    marks: (row) => (row[11] ? [row[11]] : []),
    facts: (row) => [word(row[2]), row[3], row[4] && `第${row[4]}期`, row[5], wordOf("format", row[6]), row[7] && `${word("page_count")} ${row[7]}`,
      `${word("items")} ${row[8]}`, `${word("remarks")} ${row[9]}`],
    searched: (row) => [row[1], row[3]],
    href: (row) => file(row[0]),
    flagged: (row) => row[9] > 0,
    holds: {
      status: (row, value) => row[2] === value,
      format: (row, value) => row[6] === value,
      unassigned: (row) => row[10] > 0,
    },
  },
  remarks: {
    name: (row) => word(row[2]),
    said: (row) => row[6],
    marks: () => [],
    facts: (row) => [word(row[3]), row[4] && `${word("page")} ${row[4]}`, row[5] && `${word("line")} ${row[5]}`],
    source: (row) => row[1],
    searched: (row) => [row[6], row[1], row[2], word(row[2])],
    href: (row) => file(row[0]) + (row[5] ? `#L${row[5]}` : row[4] ? `#page-${row[4]}` : ""),
    flagged: (row) => row[3] !== "info",
    flag: "worth_a_look",
    holds: {
      code: (row, value) => row[2] === value,
      severity: (row, value) => row[3] === value,
    },
  },
  differences: {
    name: (row) => row[2],
    unnamed: (row) => row[0].includes("joins") || row[0].includes("remarks"),
    marks: () => [],
    facts: (row) => [...row[0].map(word), ...row[5].map(word), ...row[10].filter((it) => it !== "values" && it !== "words").map(word),
      differing(row)],
    source: (row) => (row[4] ? `${row[4]} → ${row[3]}` : row[3]),
    searched: (row) => [row[2], row[3], row[4], ...[row[7], row[8]].map((it) => (row[9] ? row[9][0] + (it ?? "") + row[9][1] : it))],
    href: (row) => row[1],
    flagged: (row) => !row[10].length || row[10].some((it) => it === "words" || it === "values"),
    flag: "words_only",
    // What has no part in them need not be loaded.
    range: (conditions) => index.lists.differences.ranges[conditions.get("what")],
    // `field: old → new`, of which each may be a word.
    names: { group: (value) => (index.lists.differences.names[value] ?? value).split(": ").map((part) => part.split(" → ").map(word).join(" → ")).join(": ") },
    holds: {
      what: (row, value) => row[0].includes(value),
      field: (row, value) => row[5].includes(value),
      group: (row, value) => row[6].includes(value),
      text: (row, value) => row[10].includes(value),
    },
  },
};

/** What was and what is, with what stands around it. */
function differing(row) {
  if (row[7] == null && row[8] == null) return null;
  const [before, after] = row[9] ?? ["", ""];
  const cut = (text) => {
    const characters = [...text.split("、").map(word).join("、")];
    return characters.length > 60 ? `${characters.slice(0, 60).join("")}…` : characters.join("");
  };
  return make("span", { class: "differing" }, before, row[7] == null ? null : make("del", {}, cut(row[7])),
    row[9] || row[7] == null || row[8] == null ? null : " → ", row[8] == null ? null : make("ins", {}, cut(row[8])), after);
}

function file(number) {
  return `documents/${String(number).padStart(5, "0")}.html`;
}

function list() {
  const rows = document.getElementById("rows");
  const told = document.getElementById("told");
  const more = document.getElementById("more");
  const search = document.getElementById("search");
  const filters = document.getElementById("filters");
  const name = rows.dataset.list;
  const kind = LISTS[name];
  const { pieces, rows: all, choices } = index.lists[name];
  let conditions = new URLSearchParams();
  let matches = [];
  let shown = 0;
  let turn = 0;

  /** The filters: a choice of values each, and the switch for what is flagged. */
  function drawFilters() {
    const focused = filters.contains(document.activeElement) ? document.activeElement.name : "";
    filters.querySelectorAll(".filter").forEach((filter) => filter.remove());
    search.placeholder = name === "items" ? word("search_hint") : "";
    for (const [key, values] of choices) {
      const select = make("select", { name: key }, new Option(word("all"), ""));
      for (const [value, count] of values) select.append(new Option(`${value === "-" ? word("none") : wordOf(key, value)} (${count})`, value));
      // A link may ask for a value that is too rare to be offered.
      const asked = conditions.get(key);
      if (asked && ![...select.options].some((option) => option.value === asked)) select.append(new Option(asked, asked));
      select.value = asked ?? "";
      select.addEventListener("change", () => set(key, select.value));
      filters.append(make("label", { class: "filter" }, make("span", {}, word(key)), select));
    }
    const flagged = make("input", { type: "checkbox", name: "flagged" });
    flagged.checked = conditions.has("flagged");
    flagged.addEventListener("change", () => set("flagged", flagged.checked ? "yes" : ""));
    filters.append(make("label", { class: "filter check" }, flagged, make("span", {}, word(kind.flag ?? "flagged_only"))));
    // What a link asked for and no filter shows.
    for (const [key, value] of conditions) {
      if (choices.some(([choice]) => choice === key) || key === "flagged" || key === "search") continue;
      const chip = make("button", { type: "button", class: "filter chip" }, `${word(key)} ${value === "-" ? word("none") : kind.names?.[key]?.(value) ?? word(value)} ×`);
      chip.addEventListener("click", () => set(key, ""));
      filters.append(chip);
    }
    // They were made anew; who chose with the keyboard goes on where they were.
    if (focused) filters.querySelector(`[name="${focused}"]`)?.focus();
  }

  /** The conditions live in the address, so that every list is a link. */
  function set(key, value) {
    if (value) conditions.set(key, value);
    else conditions.delete(key);
    history.replaceState(null, "", `#${conditions}`);
    run();
  }

  function show(count) {
    for (const row of matches.slice(shown, shown + count)) rows.append(draw(row));
    shown = Math.min(shown + count, matches.length);
    more.hidden = shown >= matches.length;
  }

  function draw(row) {
    const marks = kind.marks(row).map((mark) => make("span", { class: "mark", title: mark }, `⚑ ${word(mark)}`));
    const facts = kind.facts(row).filter(Boolean).map((fact) => (fact instanceof Node ? fact : make("span", {}, String(fact))));
    const title = make(kind.href(row) ? "a" : "span", { href: kind.href(row), class: kind.unnamed?.(row) ? "title unnamed" : "title" }, kind.name(row) || word("no_headline"));
    return make("li", {}, title, kind.said ? make("p", { class: "said" }, kind.said(row)) : null,
      make("p", { class: "facts" }, ...facts, ...marks),
      kind.source ? make("p", { class: "source" }, kind.source(row)) : null);
  }

  /** Goes through all pieces, showing what matches as they arrive. A newer run ends an older one. */
  async function run() {
    const mine = ++turn;
    const words = (conditions.get("search") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const checks = [...conditions].filter(([key]) => Object.hasOwn(kind.holds, key)).map(([key, value]) => (row) => kind.holds[key](row, value));
    if (conditions.has("flagged")) checks.push(kind.flagged);
    matches = [];
    shown = 0;
    rows.replaceChildren();
    more.hidden = true;
    drawFilters();
    if (document.activeElement !== search) search.value = conditions.get("search") ?? "";
    const [first, last] = kind.range?.(conditions) ?? [1, pieces];
    rows.dataset.ready = "no";
    for (let number = first; number <= last; number++) {
      const found = await piece(name, number);
      const texts = words.length && kind.texts ? await piece(kind.texts, number) : null;
      if (mine !== turn) return;
      found.forEach((row, place) => {
        if (!checks.every((holds) => holds(row))) return;
        if (words.length) {
          const text = [...kind.searched(row), texts?.[place]].join("\n").toLowerCase();
          if (!words.every((one) => text.includes(one))) return;
        }
        matches.push(row);
      });
      if (shown < PAGE) show(PAGE - shown);
      more.hidden = shown >= matches.length;
      told.textContent = number < last ? `${matches.length} … ${word("loading")} ${number}/${last}` : `${matches.length} / ${all}`;
    }
    rows.dataset.ready = "yes";
    if (!matches.length) told.textContent = `0 / ${all} · ${word("no_match")}`;
  }

  /** Takes over what the address says. */
  function follow() {
    conditions = new URLSearchParams(location.hash.slice(1));
    if (conditions.get("search") === "") {
      conditions.delete("search");
      search.focus();
    }
    run();
  }

  function step(by) {
    const links = [...rows.querySelectorAll("a.title")];
    const at = links.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    if (to >= links.length && !more.hidden) show(PAGE);
    (rows.querySelectorAll("a.title")[to] ?? links[at])?.focus();
  }

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => set("search", search.value.trim()), 150);
  });
  more.addEventListener("click", () => show(PAGE));
  addEventListener("hashchange", follow);
  document.addEventListener("language", run);
  keys({
    next: () => step(1),
    previous: () => step(-1),
    flagged: () => set("flagged", conditions.has("flagged") ? "" : "yes"),
    search: () => search.focus(),
  });
  follow();
}

// ---- Differences: from one part or card to the next. ----------------------------------------------------------------

/** `all` are the steps; the class `only` hides those that did not change. */
function steps(all, only) {
  const box = document.getElementById("changed-only");
  const set = (on) => {
    document.body.classList.toggle(only, on);
    box.checked = on;
  };
  box?.addEventListener("change", () => set(box.checked));
  const choose = (stop) => {
    document.querySelector(".current")?.classList.remove("current");
    stop?.classList.add("current");
  };
  const step = (by) => {
    const stops = [...document.querySelectorAll(all)];
    let at = stops.findIndex((stop) => stop.classList.contains("current"));
    do at = at < 0 && by < 0 ? stops.length - 1 : at + by; while (stops[at] && !stops[at].getClientRects().length);
    if (!stops[at]) return;
    choose(stops[at]);
    stops[at].scrollIntoView({ block: "start" });
    stops[at].tabIndex = -1;
    stops[at].focus({ preventScroll: true });
  };
  // A link may lead to what is folded up, or to an item of many.
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let fold = target; fold; fold = fold.parentElement?.closest("details")) if (fold.tagName === "DETAILS") fold.open = true;
    choose(target.closest(all));
    target.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", follow);
  keys({ next: () => step(1), previous: () => step(-1), flagged: box && (() => set(!box.checked)), search: toSearch });
  follow();
}

// ---- A document: what is pointed at or focused lights up on both sides. ---------------------------------------------

function pageOfDocument() {
  const print = document.querySelector(".print");
  const lines = new Map([...document.querySelectorAll("[data-line]")].map((line) => [line.dataset.line, line]));
  const readers = new Map();
  for (const reader of document.querySelectorAll("[data-lines]")) {
    for (const line of reader.dataset.lines.split(" ")) {
      if (!readers.has(line)) readers.set(line, []);
      readers.get(line).push(reader);
    }
  }
  let lit = [];

  function light(elements) {
    lit.forEach((element) => element.classList.remove("lit"));
    lit = elements;
    lit.forEach((element) => element.classList.add("lit"));
  }

  /** Lights up what belongs to an element; `bring` scrolls its first line into sight. */
  function point(target, bring) {
    const reader = target.closest?.("[data-lines]");
    const line = target.closest?.("[data-line]");
    if (reader) {
      const found = reader.dataset.lines.split(" ").map((number) => lines.get(number)).filter(Boolean);
      light([reader, ...found]);
      if (bring) found[0]?.scrollIntoView({ block: "center", behavior: "auto" });
    } else if (line) {
      light([line, ...(readers.get(line.dataset.line) ?? [])]);
    }
  }

  document.addEventListener("pointerover", (event) => point(event.target, false));
  document.addEventListener("focusin", (event) => point(event.target, event.target.matches(":focus-visible")));
  // A line of a text leads to what was read from it, as a box does.
  print.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    const reader = line && readers.get(line.dataset.line)?.[0];
    if (line) point(line, false);
    if (reader) reader.scrollIntoView({ block: "center" });
    if (line?.closest("svg")) {
      event.preventDefault();
      if (line.getAttribute("href").startsWith("#i")) choose(line.getAttribute("href").slice(2), false);
    } else if (line?.dataset.item) choose(line.dataset.item, false);
  });
  document.querySelector(".read").addEventListener("click", (event) => {
    const reader = event.target.closest("a[data-lines]");
    if (!reader) return;
    event.preventDefault();
    point(reader, true);
  });

  /** Makes an item the current one: its outline, and the light on its headline or first line. */
  function choose(number, bring) {
    document.querySelectorAll(".current").forEach((element) => element.classList.remove("current"));
    document.querySelectorAll(`[data-item="${CSS.escape(number)}"]`).forEach((element) => element.classList.add("current"));
    const item = document.getElementById(`i${number}`);
    if (!item || !bring) return;
    item.scrollIntoView({ block: "start" });
    item.focus({ preventScroll: true });
    const first = item.querySelector("h2 [data-lines], .text [data-lines]");
    if (first) point(first, true);
  }

  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.matches(".item")) choose(target.dataset.item, true);
    else if (target.dataset.line) {
      target.scrollIntoView({ block: "center" });
      point(target, false);
      readers.get(target.dataset.line)?.[0]?.scrollIntoView({ block: "center" });
    } else target.scrollIntoView();
  }

  function step(by) {
    const flagged = document.body.classList.contains("flagged-only");
    const items = [...document.querySelectorAll(flagged ? ".item.flagged" : ".item")];
    const at = items.findIndex((item) => item.classList.contains("current"));
    const to = at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by;
    if (items[to]) {
      history.replaceState(null, "", `#${items[to].id}`);
      choose(items[to].dataset.item, true);
    }
  }

  // The pages as printed, or in their place what was read of them.
  const asRead = document.getElementById("as-read");
  asRead?.addEventListener("change", () => print.classList.toggle("as-read", asRead.checked));
  addEventListener("hashchange", follow);
  keys({
    next: () => step(1),
    previous: () => step(-1),
    flagged: () => document.body.classList.toggle("flagged-only"),
    search: toSearch,
  });
  follow();
}
