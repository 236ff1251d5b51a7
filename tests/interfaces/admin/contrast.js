// The visible texts below the elements of a selector that stand out too little from what is behind them:
// contrast ratios as in WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio), each with its text.
const [selector, least] = arguments;
const channels = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { rgb: [red, green, blue], alpha };
};
const over = (upper, below) => upper.rgb.map((one, i) => one * upper.alpha + below[i] * (1 - upper.alpha));
const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
const background = (element) => {
  if (!element) return canvas;
  const own = channels(getComputedStyle(element).backgroundColor);
  return own.alpha === 1 ? own.rgb : over(own, background(element.parentElement));
};
const luminance = (rgb) => {
  const [red, green, blue] = rgb.map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const ratio = (element) => {
  const behind = background(element);
  const text = over(channels(getComputedStyle(element).color), behind);
  const [darker, lighter] = [luminance(text), luminance(behind)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
};
const roots = [...document.querySelectorAll(selector)];
if (!roots.length) throw new Error(`nothing is ${selector}`);
const texts = roots.flatMap((root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (data.trim() && parentElement.checkVisibility() && !parentElement.closest("button, select")) found.push(walker.currentNode);
  }
  return found;
});
if (!texts.length) throw new Error(`no text in ${selector}`);
return texts
  .map((node) => [Math.round(ratio(node.parentElement) * 100) / 100, node.data.trim().slice(0, 60)])
  .filter(([found]) => found < least);
