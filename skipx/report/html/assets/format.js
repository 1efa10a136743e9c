// Axis labels and tooltips; every other number comes from the document as text.
function formatNs(ns) {
  for (const [size, unit] of [[1e9, "s"], [1e6, "ms"], [1e3, "us"]]) {
    if (Math.abs(ns) >= size) return `${Number((ns / size).toPrecision(4))} ${unit}`;
  }
  return `${Number(ns.toPrecision(4))} ns`;
}

// Ticks of one axis share a unit, that of its width, and differ in what they show.
function nsTicks(begin, end) {
  const width = Math.max(end - begin, 1);
  const [size, unit] = [[1e9, "s"], [1e6, "ms"], [1e3, "us"], [1, "ns"]].find(([s]) => end >= s) || [1, "ns"];
  const digits = Math.max(0, Math.ceil(Math.log10(size / width)) + 2);
  return (ns) => `${(ns / size).toFixed(Math.min(digits, 6))} ${unit}`;
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// A tooltip made of text nodes: no name of a trace is ever read as markup.
function tip(title, pairs) {
  const box = element("div", undefined, "tip");
  box.append(element("strong", title));
  const list = element("dl");
  for (const [label, value] of pairs) list.append(element("dt", label), element("dd", value));
  box.append(list);
  return box;
}

function tooltipStyle() {
  return {
    confine: true,
    transitionDuration: 0,
    backgroundColor: color("card"),
    borderColor: color("line"),
    textStyle: { color: color("text") },
  };
}
