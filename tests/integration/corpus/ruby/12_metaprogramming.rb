class Dyn
  %w[red green].each { |c| define_method("#{c}?") { c } }
  def method_missing(n, *a) = n.to_s.start_with?("get_") ? "got #{n[4..]} #{a}" : super
  def respond_to_missing?(n, p = false) = n.to_s.start_with?("get_") || super
end
d = Dyn.new
p d.red?, d.get_x(1), d.respond_to?(:get_y), d.public_send(:green?)
begin; d.nope; rescue NoMethodError => e; puts e.message[/undefined method `nope'/]; end
o = Object.new; o.instance_variable_set(:@v, 9); p o.instance_variable_get(:@v), o.singleton_methods
p Dyn.class_eval { self }, eval("1 + 1"), binding.local_variables.include?(:d)
