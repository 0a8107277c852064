// Names may have spaces, quotes and letters of every alphabet.
import { deployment, flow } from 'millrace';

export const delivery = flow({ name: "Kiki's Delivery Flow" }, async ({ name = 'world' }: { name?: string }) => {
  console.log(`Delivering to ${name}!`);
});

deployment({ flow: delivery, name: 'Lieferung für "Ursula" 配達', parameters: { name: 'Ursula' } });
