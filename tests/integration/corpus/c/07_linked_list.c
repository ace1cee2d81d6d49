#include <stdio.h>
#include <stdlib.h>
struct node { int value; struct node* next; };
static void push(struct node** head, int value) {
  struct node* n = malloc(sizeof *n); n->value = value; n->next = *head; *head = n;
}
static struct node* reverse(struct node* n) {
  struct node* r = NULL;
  while (n) { struct node* next = n->next; n->next = r; r = n; n = next; }
  return r;
}
int main(void) {
  struct node* list = NULL;
  for (int i = 0; i < 5; i++) push(&list, i * i);
  for (struct node* n = list; n; n = n->next) printf("%d ", n->value);
  list = reverse(list);
  while (list) { printf("%d ", list->value); struct node* n = list->next; free(list); list = n; }
  puts("");
}
