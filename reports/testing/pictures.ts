/** The tags of a page's charts whose colour is not the page's own, so that dark mode would miss them. */
export function fixedColours(page: string): string[] {
  const svgs = page.match(/<svg.*?<\/svg>/gs) ?? [];
  const tags = svgs.flatMap((svg) => svg.replaceAll(/<defs.*?<\/defs>/gs, '').match(/<[^>]+>/g) ?? []);
  return tags.filter(
    (tag) =>
      (/ fill="(?!none|var\()/.test(tag) && !tag.includes('fill-opacity="0"')) ||
      (/ stroke="(?!none|var\()/.test(tag) && !tag.includes('stroke-width="0"')),
  );
}

export const chartCount = (page: string): number => page.match(/<svg/g)?.length ?? 0;
