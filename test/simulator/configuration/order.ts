/**
 * The two orders in which VyOS lists sibling nodes. `showCfg` compares names as Debian versions, epoch
 * included, so route6 `::/0` (epoch empty) comes before `2001:...`; the ConfigTree tools (commands, saved
 * file) compare text and numbers, so it comes after. Both were recorded. It must never touch leaf values:
 * those keep the order in which they were set.
 */
export function byDebianVersion(left: string, right: string): number {
  const [leftEpoch, leftRest] = splitEpoch(left);
  const [rightEpoch, rightRest] = splitEpoch(right);
  const epochs = compareFragments(leftEpoch, rightEpoch);
  if (epochs !== 0) return epochs;
  const [leftUpstream, leftRevision] = splitRevision(leftRest);
  const [rightUpstream, rightRevision] = splitRevision(rightRest);
  return compareFragments(leftUpstream, rightUpstream) || compareFragments(leftRevision, rightRevision);
}

export function byTextAndNumber(left: string, right: string): number {
  const leftParts = left.match(/\d+|\D+/g) ?? [];
  const rightParts = right.match(/\d+|\D+/g) ?? [];
  for (let index = 0; index < Math.min(leftParts.length, rightParts.length); index++) {
    const one = leftParts[index] as string;
    const other = rightParts[index] as string;
    const numbers = /^\d/.test(one) && /^\d/.test(other) ? Number(one) - Number(other) : 0;
    if (numbers !== 0) return numbers;
    if (one !== other) return one < other ? -1 : 1;
  }
  return leftParts.length - rightParts.length;
}

function splitEpoch(text: string): [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? ["", text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function splitRevision(text: string): [string, string] {
  const dash = text.lastIndexOf("-");
  return dash < 0 ? [text, ""] : [text.slice(0, dash), text.slice(dash + 1)];
}

/** `~` before the end, the end (and digits) before letters, letters before all else (deb-version(7)). */
function weight(character: string | undefined): number {
  if (character === undefined || /\d/.test(character)) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[a-z]/i.test(character) ? code : code + 256;
}

function compareFragments(left: string, right: string): number {
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    while (
      (i < left.length && !/\d/.test(left[i] as string)) ||
      (j < right.length && !/\d/.test(right[j] as string))
    ) {
      const difference = weight(left[i]) - weight(right[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const leftNumber = /^\d*/.exec(left.slice(i))?.[0] ?? "";
    const rightNumber = /^\d*/.exec(right.slice(j))?.[0] ?? "";
    const difference = Number(leftNumber) - Number(rightNumber);
    if (difference !== 0) return difference;
    i += leftNumber.length;
    j += rightNumber.length;
  }
  return 0;
}
