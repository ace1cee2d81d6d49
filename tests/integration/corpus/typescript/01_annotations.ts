type Id = string | number;
interface User { readonly id: Id; name: string; tags?: string[] }
const users: Array<User> = [{ id: 1, name: 'a' }, { id: 'x', name: 'b', tags: ['t'] }];
function label(user: User, sep: string = ':'): string { return `${user.id}${sep}${user.name}`; }
console.log(users.map((u: User): string => label(u)), users[1]!.tags?.length, (users as unknown[]).length);
let anything: any = 5; const fixed = { a: 1 } as const; anything = <string>'cast'; console.log(anything, fixed);
