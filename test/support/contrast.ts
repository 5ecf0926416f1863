/** Red, green and blue, of `rgb(1, 2, 3)` or `#010203`. */
const channels = (color: string): number[] =>
  color.startsWith("#")
    ? (color.match(/[\da-f]{2}/gi) ?? []).map((hex) => parseInt(hex, 16))
    : (color.match(/[\d.]+/g) ?? []).map(Number);

/** The contrast of two CSS colours, by WCAG's formula. */
export function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
      const value = channel / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
