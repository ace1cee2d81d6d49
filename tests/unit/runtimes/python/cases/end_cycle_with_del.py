class Node:
    def __del__(self):
        print("node gone")


node = Node()
node.self = node
del node
