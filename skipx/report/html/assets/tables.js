// Tables sort by a click on a heading and filter by every word that is typed.
function startTable(box) {
  const id = box.dataset.table;
  const body = box.querySelector("tbody");
  if (!body) return;
  const rows = [...body.rows].map((row, place) => ({ row, place, text: row.textContent.toLowerCase() }));
  const headings = [...box.querySelectorAll("thead th")];
  const input = box.querySelector(".filter input");
  const now = { column: 0, words: "" };

  function restore() {
    const [, column, words] = (state.get(id) || "").match(/^(-?\d+)~([^]*)$/) || [0, 0, ""];
    Object.assign(now, { column: Math.abs(column) > headings.length ? 0 : Number(column), words });
    if (input) input.value = now.words;
    show();
  }

  function show() {
    const wanted = now.words.toLowerCase().split(/\s+/).filter(Boolean);
    const column = Math.abs(now.column) - 1;
    const ordered = [...rows];
    if (column >= 0) ordered.sort((a, b) => Math.sign(now.column) * compare(a.row, b.row, column) || a.place - b.place);
    let shown = 0;
    for (const { row, text } of ordered) {
      row.hidden = !wanted.every((word) => text.includes(word));
      shown += !row.hidden;
      body.append(row);
    }
    headings.forEach((heading, i) => {
      if (i === column) heading.setAttribute("aria-sort", now.column > 0 ? "ascending" : "descending");
      else heading.removeAttribute("aria-sort");
    });
    box.querySelector(".count").textContent = wanted.length ? `${shown} of ${rows.length} rows` : "";
  }

  function change() {
    keep(id, now.column || now.words ? `${now.column}~${now.words}` : "");
    show();
  }

  headings.forEach((heading, i) => {
    const button = element("button", heading.textContent);
    button.type = "button";
    button.addEventListener("click", () => {
      // Numbers are wanted largest first, names in order; a second click turns it.
      const first = heading.classList.contains("number") ? -(i + 1) : i + 1;
      now.column = now.column === first ? -first : first;
      step();
      change();
    });
    heading.replaceChildren(button);
  });
  if (input) {
    input.closest(".filter").hidden = false;
    input.addEventListener("input", () => {
      now.words = input.value;
      change();
    });
  }
  restores.push(restore);
  if (state.has(id)) restore();
}

function compare(a, b, column) {
  const [left, right] = [a.cells[column], b.cells[column]];
  const [x, y] = [left.dataset.value, right.dataset.value];
  if (x !== undefined || y !== undefined) return (x === undefined ? -Infinity : +x) - (y === undefined ? -Infinity : +y) || 0;
  return left.textContent.localeCompare(right.textContent);
}
