const adjectives =
  'able amber ample arid bold brave brief bright brisk broad calm clean clear clever cool coral crisp deep dry eager early even fair fast fine firm fleet fresh gentle glad golden grand green happy hardy honest keen kind late lean light lively loyal lucid lucky mellow merry mild modest neat noble olive open patient plain polite proud quick quiet rapid ready rosy round rustic sandy sharp silent silver simple sleek smart smooth snug soft solid spry stable steady still stout sunny swift tame tidy true vivid warm wise witty young'.split(
    ' ',
  );
const nouns =
  'badger beaver bison brook canyon cedar cliff clover comet coral crane creek curlew dale delta dune eagle elm falcon fern finch fjord forest fox garden glade glen goose grove gull harbor hare hazel heron hill ibis island ivy jay juniper kestrel lagoon lake lark ledge lichen linden lynx maple marsh marten meadow mesa moose moss moth oak orchard osprey otter owl pebble pike pine plover pond prairie quail quarry raven reed reef ridge river robin rook rowan seal shore sparrow spring spruce stork stream swallow swan thistle thrush trout tulip valley vole walrus willow wolf wren'.split(
    ' ',
  );

/** A name for a run that nobody named: two words and a number. Not unique. */
export function randomRunName(): string {
  return `${pick(adjectives)}-${pick(nouns)}-${100 + below(900)}`;
}

function pick(words: readonly string[]): string {
  return words[below(words.length)] ?? '';
}

// Nobody has to be kept from guessing them.
function below(end: number): number {
  return Math.floor(Math.random() * end);
}
