const log: string[] = []; const noted: any = (...args: any[]) => { log.push(typeof args[1] === 'object' ? args[1].kind : typeof args[1] === 'string' ? 'method' : 'class'); };
@noted class Service { @noted greet(name: string): string { return `hi ${name}`; } } console.log(new Service().greet('x'), log.join());
