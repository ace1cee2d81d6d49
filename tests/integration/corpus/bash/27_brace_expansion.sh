echo {a,b}{1,2} pre{x,y}post {01..03} {z..w} {a,{b,c}}
