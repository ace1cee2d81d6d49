# -*- coding: latin-1 -*-
print("café")
1/0 # café
