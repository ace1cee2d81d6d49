const d = new Date(Date.UTC(2024, 1, 29, 12, 30, 15, 250));
console.log(d.toISOString(), d.getTime(), new Date('2024-03-10T10:00:00+02:00').toJSON(), new Date('x').getTime());
console.log(new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(d));
console.log(new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(1234.5).replace(/\u00a0/g, ' '));
