// The timeline: lanes of blocks over the queue depth, all on one axis of time.
const LANE = { host: 22, device: 40, chains: 22 };
const DEPTH_HEIGHT = 84;
const ROLE_COLORS = ["operator", "launch", "sync", "other", "kernel", "copy", "wait", "chain", "copywait"];
const CALL_TO_STREAM = { KERNEL: 4, COPY: 5, WAIT: 6, COPY_WAIT: 8 };
const isWait = (span) => span.role === CALL_TO_STREAM.WAIT || span.role === CALL_TO_STREAM.COPY_WAIT;

function startTimeline(place, data) {
  const chart = echarts.init(place, null, { renderer: "canvas" });
  const narrow = () => !printing && place.clientWidth < 620;
  const spans = rowsOf(data.spans);
  const upper = data.lanes.map((lane, i) => i).filter((i) => data.lanes[i].group === "host");
  const lower = data.lanes.map((lane, i) => i).filter((i) => data.lanes[i].group !== "host");
  // A page of several timelines keeps the stretch of each.
  const key = data.id === "timeline" ? "t" : data.id;
  const kept = () => readSpan(state.get(key)) || [0, data.length_ns];
  let shown = kept();

  function draw() {
    const grids = layout();
    place.style.height = `${grids.height}px`;
    fit(chart);
    chart.setOption(option(grids), true);
    place.dataset.shown = shown.map(Math.round).join("~");
  }

  function layout() {
    const left = narrow() ? 10 : 150;
    const box = (top, lanes) => ({ left, right: narrow() ? 14 : 34, top, height: sum(lanes.map((i) => LANE[data.lanes[i].group])) });
    const boxes = [];
    let top = 6;
    for (const part of [upper, "depth", lower]) {
      const made = part === "depth" ? { left, right: narrow() ? 14 : 34, top, height: data.depths.length ? DEPTH_HEIGHT : 0 } : box(top, part);
      boxes.push(made);
      top += made.height + (made.height ? 14 : 0);
    }
    return { boxes, height: top + 66 };
  }

  function option({ boxes, height }) {
    const ticks = { color: color("muted"), hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right", formatter: (ns) => nsTicks(...shown)(ns) };
    const x = (i) => ({
      gridIndex: i, type: "value", min: 0, max: data.length_ns, splitLine: { lineStyle: { color: color("line") } },
      axisLine: { show: false }, axisTick: { show: false }, axisLabel: i === 2 ? ticks : { show: false },
    });
    const lanes = (i, rows) => ({
      gridIndex: i, type: "category", inverse: true, data: rows.map((lane) => data.lanes[lane].label),
      axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: color("line") } },
      z: 5,
      axisLabel: narrow()
        ? { inside: true, color: color("text"), backgroundColor: color("card"), padding: [1, 3], fontSize: 10, margin: 2, verticalAlign: "bottom" }
        : { color: color("muted"), width: 138, overflow: "truncate" },
    });
    return {
      animation: false,
      aria: { enabled: false },
      grid: boxes,
      xAxis: [x(0), x(1), x(2)],
      yAxis: [
        lanes(0, upper),
        {
          gridIndex: 1, type: "value", min: 0, minInterval: 1, name: narrow() ? "" : "pending launches", nameLocation: "middle", nameGap: 40,
          nameTextStyle: { color: color("muted") }, axisLabel: { color: color("muted"), inside: narrow() },
          splitNumber: 2, splitLine: { lineStyle: { color: color("line") } },
        },
        lanes(2, lower),
      ],
      dataZoom: [
        { type: "inside", startValue: shown[0], endValue: shown[1], xAxisIndex: [0, 1, 2], filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, preventDefaultMouseMove: false, minValueSpan: 200 },
        {
          type: "slider", startValue: shown[0], endValue: shown[1], xAxisIndex: [0, 1, 2], filterMode: "none", height: 20, top: height - 34, showDetail: false, showDataShadow: false, minValueSpan: 200,
          left: boxes[0].left, right: narrow() ? 14 : 34, borderColor: color("line"), fillerColor: "rgba(90,150,220,.25)", brushSelect: false,
        },
      ],
      tooltip: { ...tooltipStyle(), trigger: "item" },
      series: [
        blocks("host", upper, 0),
        ...data.depths.map((depth, i) => ({
          type: "line", step: "end", name: depth.label, xAxisIndex: 1, yAxisIndex: 1, symbol: "none", silent: true,
          lineStyle: { width: 1.2, color: color(`p${(i % 5) + 1}`) }, areaStyle: { opacity: 0.18, color: color(`p${(i % 5) + 1}`) },
          data: depth.time.map((time, j) => [time, depth.depth[j]]),
        })),
        blocks("device", lower, 2),
      ],
    };
  }

  function blocks(name, lanes, axis) {
    const row = new Map(lanes.map((lane, i) => [lane, i]));
    const mine = spans.filter((span) => row.has(span.lane));
    const fills = ROLE_COLORS.map(color);
    return {
      type: "custom", name, xAxisIndex: axis, yAxisIndex: axis, clip: true, progressive: 0,
      encode: { x: [0, 1], y: 2 },
      data: mine.map((span) => [span.begin, span.begin + span.dur, row.get(span.lane)]),
      tooltip: { formatter: (hovered) => describe(mine[hovered.dataIndex]) },
      renderItem: (params, api) => {
        const span = mine[params.dataIndex];
        const area = params.coordSys;
        const [x0, y] = api.coord([span.begin, row.get(span.lane)]);
        const [x1] = api.coord([span.begin + span.dur, 0]);
        if (x1 < area.x || x0 > area.x + area.width) return undefined;
        const full = api.size([0, 1])[1] * 0.76;
        const share = span.count > 1 && span.dur ? Math.min(1, span.busy / span.dur) : 1;
        const tall = Math.max(1, full * share);
        const begin = Math.max(x0, area.x);
        // Merged waits hang from the top, merged kernels stand below them: together at most full.
        const top = isWait(span) ? y - full / 2 : y + full / 2 - tall;
        return {
          type: "rect",
          shape: { x: begin, y: top, width: Math.max(Math.min(x1, area.x + area.width) - begin, 0.7), height: tall },
          style: { fill: fills[span.role] },
        };
      },
    };
  }

  function describe(span) {
    const pairs = [["what", data.roles[span.role]]];
    if (span.count > 1) {
      pairs.push(["begin", formatNs(span.begin)], ["busy", `${formatNs(span.busy)} of ${formatNs(span.dur)}`]);
      return tip(`${span.count.toLocaleString("en")} events`, pairs);
    }
    pairs.push(["begin", formatNs(span.begin)], ["duration", formatNs(span.dur)]);
    if (span.t_l !== null) pairs.push(["t_l", formatNs(span.t_l)]);
    return tip(data.names[span.name] || "", pairs);
  }

  function zoom(begin, end) {
    const width = Math.min(Math.max(end - begin, 200), data.length_ns);
    const from = Math.min(Math.max(begin, 0), data.length_ns - width);
    chart.dispatchAction({ type: "dataZoom", startValue: from, endValue: from + width });
  }

  function act(what) {
    const [begin, end] = shown;
    const width = end - begin;
    const moves = {
      in: [begin + width / 4, end - width / 4], out: [begin - width / 2, end + width / 2], all: [0, data.length_ns],
      left: [begin - width / 4, end - width / 4], right: [begin + width / 4, end + width / 4], wait: nextWait(begin, end),
    };
    if (moves[what]) zoom(...moves[what]);
  }

  // The next of the longest waits after the middle of what is shown, else the first.
  function nextWait(begin, end) {
    const waits = spans.filter(isWait).sort((a, b) => b.dur - a.dur).slice(0, 50);
    if (!waits.length) return null;
    waits.sort((a, b) => a.begin - b.begin);
    const middle = (begin + end) / 2;
    return around(waits.find((wait) => wait.begin > middle + 1) || waits[0]);
  }

  function around(wait) {
    return [wait.begin - wait.dur * 2, wait.begin + wait.dur * 3];
  }

  chart.on("datazoom", () => {
    const { startValue, endValue } = chart.getOption().dataZoom[0];
    shown = [startValue, endValue];
    place.dataset.shown = shown.map(Math.round).join("~");
    const whole = startValue <= 0 && endValue >= data.length_ns;
    keep(key, whole ? "" : place.dataset.shown);
  });
  place.addEventListener("keydown", (event) => {
    const what = { "+": "in", "=": "in", "-": "out", 0: "all", ArrowLeft: "left", ArrowRight: "right", n: "wait" }[event.key];
    if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(what);
  });
  const figure = place.closest("figure");
  for (const button of figure.querySelectorAll("[data-do]")) button.addEventListener("click", () => act(button.dataset.do));
  figure.querySelector(".tools").hidden = false;
  for (const link of document.querySelectorAll("[data-span]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const [begin, end] = readSpan(link.dataset.span);
      step();
      zoom(...around({ begin, dur: end - begin }));
      figure.scrollIntoView();
      place.focus({ preventScroll: true });
    });
  }
  addLegend(figure, data, spans);
  redraws.push(draw);
  restores.push(() => zoom(...kept()));
  addEventListener("resize", draw);
}

function rowsOf(columns) {
  const keys = Object.keys(columns);
  return columns.lane.map((_, i) => Object.fromEntries(keys.map((key) => [key, columns[key][i]])));
}

function readSpan(text) {
  const ends = (text || "").split("~").map(Number);
  return ends.length === 2 && ends.every(Number.isFinite) && ends[0] < ends[1] ? ends : null;
}

function addLegend(figure, data, spans) {
  const used = new Set(spans.map((span) => span.role));
  for (const role of used) {
    const item = element("li");
    const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    swatch.setAttribute("viewBox", "0 0 8 8");
    swatch.setAttribute("class", "swatch");
    square.setAttribute("width", "8");
    square.setAttribute("height", "8");
    square.setAttribute("class", `role${role}`);
    swatch.append(square);
    item.append(swatch, ` ${data.roles[role]}`);
    figure.querySelector(".roles").append(item);
  }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
