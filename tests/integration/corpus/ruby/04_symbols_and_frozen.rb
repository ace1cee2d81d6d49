p :a.to_proc.call("x") rescue p $!.class
p :abc.size, %i[a b], "lit".frozen?, :a.frozen?
begin; "x".freeze << "y"; rescue FrozenError => e; puts e.message; end
