// Histograms and curves.
function startChart(place, data) {
  const chart = echarts.init(place, null, { renderer: "canvas" });
  const make = { histogram, curves, bars }[data.kind];
  const draw = () => {
    fit(chart);
    chart.setOption(make(data), true);
  };
  redraws.push(draw);
  addEventListener("resize", draw);
}

function base(series) {
  return {
    animation: false,
    grid: { left: 10, right: 24, top: 58, bottom: 30, containLabel: true },
    legend: {
      type: "scroll", top: 0, left: 0, right: 0, itemWidth: 14, textStyle: { color: color("text") }, data: series.map((one) => one.name),
      pageTextStyle: { color: color("muted") }, pageIconColor: color("text"), pageIconInactiveColor: color("muted"),
    },
  };
}

function axis(more) {
  return {
    nameTextStyle: { color: color("muted") }, axisLabel: { color: color("muted"), hideOverlap: true },
    splitLine: { lineStyle: { color: color("line") } }, axisLine: { lineStyle: { color: color("line") } }, ...more,
  };
}

function histogram(data) {
  const fills = data.series.length > 1 ? [color("wait"), color("kernel")] : [color("kernel")];
  // A logarithmic axis as a linear one of exponents, so that the bins are equally wide.
  const logs = data.edges_ns.map(Math.log10);
  const [low, high] = [logs[0], logs[logs.length - 1]];
  const below = data.edges_ns.map(() => 0);
  const series = data.series.map((one, i) => {
    const bars = one.values.map((count, bin) => [logs[bin], logs[bin + 1], below[bin], (below[bin] += count)]);
    return {
      type: "custom", name: one.name, encode: { x: [0, 1], y: [2, 3] }, data: bars, itemStyle: { color: fills[i] },
      tooltip: { formatter: (hovered) => describeBin(data, hovered.dataIndex) },
      renderItem: (params, api) => {
        const [left, top] = api.coord([api.value(0), api.value(3)]);
        const [right, bottom] = api.coord([api.value(1), api.value(2)]);
        return { type: "rect", shape: { x: left + 0.5, y: top, width: Math.max(right - left - 1, 1), height: bottom - top }, style: { fill: fills[i] } };
      },
    };
  });
  const ticks = decades(low, high);
  return {
    ...base(data.series),
    xAxis: axis({
      type: "value", min: low, max: high, name: "t_l", nameLocation: "middle", nameGap: 26, splitLine: { show: false },
      axisTick: { customValues: ticks },
      axisLabel: { color: color("muted"), hideOverlap: true, customValues: ticks, formatter: (log) => formatNs(Number((10 ** log).toPrecision(2))) },
    }),
    // The room above the bars is that of the marks' labels.
    yAxis: axis({
      type: "value", name: "launches", minInterval: 1, max: (counts) => Math.ceil(counts.max * (1 + 0.11 * data.marks.length)),
      axisLabel: { color: color("muted"), hideOverlap: true, showMaxLabel: !data.marks.length },
    }),
    tooltip: { ...tooltipStyle(), trigger: "item" },
    series: [...series, { type: "line", data: [], silent: true, markLine: marks(data.marks, (low + high) / 2) }],
  };
}

function decades(low, high) {
  const ticks = [];
  for (let ten = Math.floor(low); ten <= high; ten += 1) {
    for (const digit of high - low > 2.5 ? [1] : high - low > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]) ticks.push(ten + Math.log10(digit));
  }
  return ticks.filter((log) => log >= low && log <= high);
}

function describeBin(data, bin) {
  const counts = data.series.map((one) => [one.name, one.values[bin].toLocaleString("en")]);
  return tip(`${formatNs(data.edges_ns[bin])} to ${formatNs(data.edges_ns[bin + 1])}`, counts);
}

function marks(found, middle) {
  return {
    symbol: "none", silent: true, lineStyle: { color: color("text"), type: "dashed" },
    data: found.map((mark, i) => {
      const left = Math.log10(mark.at) > middle;
      const label = { formatter: mark.label, color: color("text"), backgroundColor: color("card"), padding: [1, 3], position: "end", distance: -14 * (i + 1), align: left ? "right" : "left" };
      return { xAxis: Math.log10(mark.at), label };
    }),
  };
}

function curves(data) {
  const last = data.x[data.x.length - 1];
  const show = { ns: (y) => formatNs(y), share: (y) => `${Number((100 * y).toFixed(1))} %` }[data.unit] || ((y) => Number(y.toPrecision(5)).toLocaleString("en"));
  return {
    ...base(data.series),
    xAxis: axis({ type: data.log ? "log" : "value", logBase: 2, minInterval: data.x.every(Number.isInteger) ? 1 : 0, name: data.x_title, nameLocation: "middle", nameGap: 26, min: data.x[0], max: last > data.x[0] ? last : undefined }),
    yAxis: axis({
      type: data.log_y ? "log" : "value", name: data.y_title, nameTextStyle: { color: color("muted"), align: "left" }, scale: data.unit !== "share",
      axisLabel: { color: color("muted"), hideOverlap: true, formatter: data.unit ? show : undefined },
    }),
    tooltip: {
      ...tooltipStyle(), trigger: "axis",
      formatter: (hovered) => tip(`${data.x_title} ${hovered[0].value[0].toLocaleString("en")}`, hovered.map((one) => [one.seriesName, one.value[1] === null ? "–" : show(one.value[1])])),
    },
    series: data.series.map((one, i) => ({
      type: "line", name: one.name, symbol: ["circle", "triangle", "rect", "diamond"][i % 4], symbolSize: one.points ? 8 : data.x.length > 60 ? 0 : 6, showAllSymbol: true,
      lineStyle: { width: one.points ? 0 : 2, type: ["solid", "dashed", "dotted"][i % 3] }, itemStyle: { color: color(`p${(i % 5) + 1}`) },
      data: one.values.map((value, j) => [data.x[j], value]),
      markPoint: {
        symbol: "path://M0,-10L2.4,-3.2 9.5,-3.1 3.8,1.2 5.9,8.1 0,4 -5.9,8.1 -3.8,1.2 -9.5,-3.1 -2.4,-3.2Z", symbolSize: 18, silent: true,
        itemStyle: { color: color("text") }, label: { show: false },
        data: data.stars.filter((star) => star.series === one.name).map((star) => ({ coord: [star.x, star.y], name: star.label })),
      },
    })),
  };
}

// Part by part; each bar of a group is a stack of its own.
function bars(data) {
  const n = data.bars.length;
  const series = data.parts.flatMap((part, p) => data.bars.map((bar, b) => ({
    type: "bar", name: part.name, stack: bar, barMaxWidth: 26, itemStyle: { color: color(`p${p + 1}`), borderColor: color("card"), borderWidth: 0.5 },
    data: data.categories.map((_, c) => part.values[c * n + b]),
    tooltip: { formatter: (hovered) => describeBar(data, hovered.dataIndex * n + b, `${data.x_title} ${hovered.name}, ${bar}`) },
  })));
  return {
    ...base(data.parts),
    xAxis: axis({ type: "category", data: data.categories, name: data.x_title, nameLocation: "middle", nameGap: 26 }),
    yAxis: axis({ type: "value", min: 0, max: 1, axisLabel: { color: color("muted"), formatter: (y) => `${Math.round(100 * y)} %` } }),
    tooltip: { ...tooltipStyle(), trigger: "item" },
    series,
  };
}

function describeBar(data, place, title) {
  const shown = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);
  return tip(title, data.parts.map((part) => [part.name, shown(part.values[place])]));
}
