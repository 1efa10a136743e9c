"""Scripts that ask a page what it shows."""

from __future__ import annotations

# Of each chart: how many colours its canvas shows. A blank one shows one.
COLOURS = """
return [...document.querySelectorAll('[data-chart]')].map((place) => {
  const canvas = place.querySelector('canvas');
  const {width, height} = canvas;
  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
  return [place.dataset.chart, new Set(new Uint32Array(data.buffer)).size];
});
"""

CONTRAST = """
const channels = (text) => text.match(/[\\d.]+/g).map(Number);
const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (one, other) => {
  const [a, b] = [one, other].map((text) => luminance(channels(text)));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    const rgb = channels(color);
    if (rgb.length < 4 || rgb[3] === 1) return color;
  }
  return 'rgb(255, 255, 255)';
};
"""

# Texts whose contrast with what is behind them is too low (WCAG 2.1, 1.4.3: 4.5, large text 3).
LOW_CONTRAST = f"""{CONTRAST}
const low = [];
for (const element of document.querySelectorAll('body *')) {{
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!own || !element.checkVisibility()) continue;
  const style = getComputedStyle(element);
  const ratio = contrast(style.color, behind(element));
  const large = parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
  if (ratio < (large ? 3 : 4.5)) low.push([element.textContent.slice(0, 40), ratio]);
}}
return low;
"""

# Colours of the charts that are too close to the card they stand on (WCAG 2.1, 1.4.11: 3).
LOW_GRAPHICS = f"""{CONTRAST}
const style = getComputedStyle(document.documentElement);
const rgb = (name) => {{
  const hex = style.getPropertyValue(`--${{name}}`).trim();
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(' ');
}};
return 'operator launch sync other kernel copy wait copywait chain p1 p2 p3 p4 p5 accent'.split(' ')
  .map((name) => [name, contrast(rgb(name), rgb('card'))])
  .filter(([, ratio]) => !(ratio >= 3));
"""
